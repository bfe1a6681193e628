"""The commands about the service's own description: schema update, changes, show."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import SettingsError
from .as_json import JsonOption, print_json

if TYPE_CHECKING:
    from ..api.schema_cache import SchemaCache

app = typer.Typer(
    name="schema",
    help="What the service says it can do: every operation, kept on this machine. Only --service live contacts the "
    "live service, and needs no sign-in for it.",
    no_args_is_help=True,
)

ServiceOption = Annotated[str, typer.Option(help="sandbox or live.")]


@app.command()
def update(service: ServiceOption = "sandbox", as_json: JsonOption = False) -> None:
    """Download the description anew, and say what has changed."""
    schema, changed = _cache(service, running=True).update()
    if as_json:
        told = {"service": service, "version": schema.version, "operations": len(schema.operations)}
        print_json({**told, **asdict(changed)})
        return
    typer.echo(
        f"{service}: {len(schema.operations)} operations{f', version {schema.version}' if schema.version else ''}."
    )
    if changed:
        for line in changed.lines():
            typer.echo(line)
    else:
        typer.echo("Nothing has changed since the description that was kept.", err=True)


@app.command()
def changes(service: ServiceOption = "sandbox", as_json: JsonOption = False) -> None:
    """What the last change of the description was: + new, - gone, ~ different."""
    found = _cache(service, running=False).changes()
    if as_json:
        from ..api.schema_changes import Changes

        changed, before, after = found or (Changes(), None, None)
        times = {"from": before and before.isoformat(), "to": after and after.isoformat()}
        print_json({"service": service, **times, **asdict(changed)})
        return
    if found is None:
        typer.echo(
            f"No change was seen yet. Look for one with: cctoolkit schema update --service {service}",
            err=True,
        )
        return
    changed, before, after = found
    typer.echo(f"From {before:%Y-%m-%d %H:%M} to {after:%Y-%m-%d %H:%M} UTC:", err=True)
    for line in changed.lines():
        typer.echo(line)


@app.command()
def show(
    what: Annotated[
        str | None, typer.Argument(help="An operation's id, or a word that its id, path or summary holds.")
    ] = None,
    service: ServiceOption = "sandbox",
    as_json: JsonOption = False,
) -> None:
    """All operations, those that a word finds, or all about one."""
    from ..api.checking import nearest
    from ..api.operation_help import document, text_table
    from ..api.operations import matching

    operations = _cache(service, running=True).load(lambda text: typer.echo(text, err=True)).operations
    one = what is not None and what in operations
    found = {what: operations[what]} if one and what is not None else matching(operations, what or "")
    if not found:
        raise SettingsError(
            f"No operation holds {what!r}: {nearest(what or '', operations)}All of them are listed by: "
            f"cctoolkit schema show --service {service}"
        )
    if as_json:
        print_json({"operations": [asdict(each) for each in found.values()]})
        return
    if one:
        typer.echo(document(found[what or ""]), nl=False)
        return
    typer.echo(text_table(found.values()))


def _cache(service: str, *, running: bool) -> SchemaCache:
    """What is kept of a service; `running` starts the sandbox of this folder, for it to be asked."""
    from ..api.schema_cache import SchemaCache
    from ..local_sandbox import ensure_sandbox
    from ..settings import LIVE_API, workspace_folder

    if service == "live":
        return SchemaCache("live", LIVE_API)
    if service != "sandbox":
        raise SettingsError(f"There is no service {service!r}: use --service sandbox or --service live.")
    api_url = ensure_sandbox(workspace_folder())["api"] if running else "http://127.0.0.1"
    return SchemaCache("sandbox", api_url)
