"""The API explorer's words on an operation. Every value from outside is escaped."""

from __future__ import annotations

from ...api.operation_help import plain
from ...api.schema import OperationSchema
from ...errors import CctoolkitError
from ...explorer import views
from .. import markup

#: A description longer than this unfolds.
LONG = 400


def label(operation: OperationSchema, widest: int) -> str:
    """One line of the list; blanks that stay, so that the paths stand below each other."""
    method = operation.method.ljust(widest).replace(" ", "\u00a0")
    summary = views.cut(" ".join(operation.summary.split()), 80)
    return f"{method}  {views.cut(operation.path, 80)}  ·  {summary}" if summary else f"{method}  {operation.path}"


def about(operation: OperationSchema) -> str:
    """What an operation does: its summary, its description, its scopes."""
    method = markup.text(operation.method)
    head = (
        f'<div class="cct-operation"><span class="cct-method cct-{method.lower()}">{method}</span> '
        f"<code>{markup.text(operation.path)}</code> "
        f"<b>{markup.text(plain(operation.summary) or operation.id)}</b></div>"
    )
    description = plain(operation.description)
    body = f'<div class="cct-small">{markup.text(description)}</div>' if description else ""
    if len(description) > LONG:
        short = markup.text(views.cut(description, 300))
        body = f'<details class="cct-small"><summary>{short}</summary>{markup.text(description)}</details>'
    needs = f"Needs the scope {markup.text(' and '.join(operation.scopes))}. " if operation.scopes else ""
    writes = "" if operation.method == "GET" else "It changes the account. "
    called = f"In Python: <code>client.operations.{markup.text(operation.id)}</code>"
    return f'{head}{body}<div class="cct-small">{needs}{writes}{called}</div>'


def wanted(error: CctoolkitError) -> str:
    """What the form still needs, for where the code will stand."""
    said = str(error).removeprefix("The request was not sent: ").partition(". ")[0]
    return f"The code stands here once the form fits: {said}."
