#!/usr/bin/env bash
# typer 0.29.2 with click 8.5.1 beside it: Typer carries a Click of its own, and what the other one raises or keeps is strange to it.
#
# Until it did, a command could raise click.UsageError or click.Abort, or ask click.get_current_context(). Where Click is installed
# too, importing it still works and click.secho still prints. But an error of its classes is no longer a sentence and exit status 2:
# it leaves the command as a traceback with status 1. There is "no active click context" inside a command, and what
# typer.main.get_command gives is no click.Command, so tools that ask for one (to document it, to test it) refuse it.
#
# Seen: status 1 and a traceback for click.UsageError and for click.Abort, a RuntimeError for the context; status 2 for
# typer.BadParameter; isinstance(…, click.Command) is False.
set -euo pipefail
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet typer==0.29.2 click==8.5.1
cat > "$here/commands.py" <<'P'
import click
import typer

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def usage() -> None:
    raise click.UsageError("say which")


@app.command()
def abort() -> None:
    raise click.Abort


@app.command()
def context() -> None:
    click.get_current_context()


@app.command()
def parameter() -> None:
    raise typer.BadParameter("say which")


@app.command()
def kind() -> None:
    click.secho(str(isinstance(typer.main.get_command(app), click.Command)))


app()
P
"$here/venv/bin/python" - "$here" <<'P'
import subprocess
import sys


def run(command: str) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, f"{sys.argv[1]}/commands.py", command], capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1:] if "Traceback" in done.stderr else []
    return done.returncode, done.stdout.strip(), "".join(last)


assert run("usage") == (1, "", "click.exceptions.UsageError: say which"), run("usage")
assert run("abort") == (1, "", "click.exceptions.Abort"), run("abort")
assert run("context") == (1, "", "RuntimeError: There is no active click context."), run("context")
assert run("parameter") == (2, "", ""), run("parameter")
assert run("kind") == (0, "False", ""), run("kind")
print("as described: Click's errors are tracebacks, its context is not there, and the program is no click.Command")
P
