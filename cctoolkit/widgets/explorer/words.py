"""How the API explorer looks, and its words on an operation. Every value from outside is escaped."""

from __future__ import annotations

from ...api.operation_help import plain
from ...api.schema import OperationSchema
from ...errors import CctoolkitError
from ...explorer import views
from .. import markup

# In a list, in tabs, on a fold and a button the keys are theirs: JupyterLab would take them for moving between cells. It
# leaves alone what has this attribute; elsewhere in the panel its shortcuts go on working.
STYLE = """<style onload="this.closest('.cct-panel').addEventListener('focusin',e=>
e.target.matches('select,summary,button,pre,.lm-TabBar-tab')&&e.target.setAttribute('data-lm-suppress-shortcuts','true'))">
.cct-explorer{max-width:70em}
.cct-explorer .widget-label{white-space:normal;overflow-wrap:anywhere;line-height:1.25;height:auto;align-self:center}
.cct-explorer .widget-select select,.cct-explorer .cct-json textarea,.cct-explorer .cct-line{
font-family:var(--jp-code-font-family)}
.cct-explorer .cct-about{margin:0 0 .5em 13.6em;max-width:44em}
.cct-explorer .cct-about .widget-html-content{font-size:.9em;line-height:1.4;overflow-wrap:anywhere}
.cct-explorer .widget-html-content{min-width:0}
.cct-explorer .cct-method{display:inline-block;padding:0 .5em;border-radius:3px;color:#fff;font-weight:600}
.cct-explorer .cct-about summary,.cct-explorer .cct-tree summary{cursor:pointer}
.cct-explorer .cct-answer{max-height:30em;line-height:1.45;color:var(--jp-content-font-color1)}
.cct-explorer .cct-answer th{text-align:left;padding:.15em .7em .15em 0;vertical-align:top}
.cct-explorer .cct-answer td{padding:.15em .7em .15em 0;vertical-align:top;unicode-bidi:isolate;max-width:34em;
overflow:hidden;text-overflow:ellipsis}
.cct-explorer .cct-answer thead th{position:sticky;top:0;background:var(--jp-layout-color1)}
.cct-explorer .cct-answer pre{margin:0;background:none;color:inherit}
.cct-explorer .cct-tree{font-family:var(--jp-code-font-family);white-space:normal;overflow-wrap:anywhere}
.cct-explorer .cct-tree details,.cct-explorer .cct-tree .cct-leaf{margin-left:1.2em}
.cct-explorer .cct-tree .cct-name{font-weight:600;unicode-bidi:isolate}
.cct-explorer .cct-tree .cct-text,.cct-explorer .cct-tree .cct-value{unicode-bidi:isolate}
.cct-explorer .cct-tree small{opacity:.8}
.cct-explorer .widget-toggle-buttons{flex-wrap:nowrap;align-items:center}
.cct-explorer .cct-line{font-weight:600;line-height:1.6}
.cct-explorer .cct-inside{border-left:2px solid var(--jp-border-color2);padding-left:.6em}
.cct-explorer .cct-confirm{border-left:4px solid #b3261e;padding-left:.8em}
.cct-explorer .cct-code pre{max-height:24em;overflow:auto}
@media (max-width:900px){.cct-explorer .cct-about{margin-left:0}}
</style>"""
#: White letters on each read well (WCAG AA).
_COLOURS = {"GET": "#1450d2", "POST": "#1b6e2f", "PUT": "#8a4b00", "PATCH": "#8a4b00", "DELETE": "#b3261e"}
#: A description longer than this unfolds.
LONG = 400


def label(operation: OperationSchema, widest: int) -> str:
    """One line of the list; blanks that stay, so that the paths stand below each other."""
    method = operation.method.ljust(widest).replace(" ", "\u00a0")
    summary = views.cut(" ".join(operation.summary.split()), 80)
    return f"{method}  {views.cut(operation.path, 80)}  ·  {summary}" if summary else f"{method}  {operation.path}"


def about(operation: OperationSchema) -> str:
    """What an operation does: its summary, its description, its scopes."""
    colour = _COLOURS.get(operation.method, "#444")
    head = (
        f'<div style="line-height:1.6;overflow-wrap:anywhere"><span class="cct-method" style="background:{colour}">'
        f"{operation.method}</span> <code>{markup.text(operation.path)}</code> "
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


def code_block(text: str, way: str) -> str:
    label = f"The same in code, with {way}"
    return (
        f'<div class="cct-code"><pre tabindex="0" aria-label="{markup.text(label)}">{views.shown(text)}</pre>'
        f"{markup.copy_button(text, 'the code')}</div>"
    )
