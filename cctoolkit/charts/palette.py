"""The colours, for a light page and a dark one.

The series are told apart by people who see few colours (after Okabe and Ito), and each text has a contrast of 4.5 to 1
or more on what lies behind it.
"""

from __future__ import annotations

from collections.abc import Mapping

#: On a light page, on a dark one. The light ones differ from each other, because a picture is turned dark by them.
COLOURS: Mapping[str, tuple[str, str]] = {
    "paper": ("#ffffff", "#16191d"),
    "ink": ("#1f2328", "#e8edf2"),
    "muted": ("#57606a", "#aab4be"),
    "grid": ("#dde2e7", "#363d45"),
    "blue": ("#0072b2", "#56b4e9"),
    "vermilion": ("#d55e00", "#ff8f4a"),
    "green": ("#00835f", "#3ccfa0"),
    "purple": ("#a5478a", "#e39ac6"),
    "ochre": ("#8f6900", "#e8c04a"),
    "grey": ("#6e7781", "#98a2ad"),
    # A heat map's cells, and the text on each.
    "heat0": ("#f3f5f7", "#20252b"),
    "heat1": ("#d6e6f4", "#12304d"),
    "heat2": ("#a9cfe8", "#174a78"),
    "heat3": ("#6aaed6", "#2468a8"),
    "heat4": ("#2272b2", "#5aa5e0"),
    "heat5": ("#0b4a86", "#a9d6ff"),
    "on_heat0": ("#1f2329", "#e8edf3"),
    "on_heat1": ("#1f232a", "#e8edf4"),
    "on_heat2": ("#1f232b", "#f8edf5"),
    "on_heat3": ("#1f232c", "#fffffe"),
    "on_heat4": ("#fffffe", "#0d1117"),
    "on_heat5": ("#fffffd", "#0d1118"),
}
SERIES = ("blue", "vermilion", "green", "purple", "ochre", "grey")
HEAT = 6

#: What says that a page is dark: JupyterLab, VS Code, Colab.
_DARK = ('[data-jp-theme-light="false"]', '[data-vscode-theme-kind*="dark"]', ".vscode-dark", 'html[theme="dark"]')


def light(name: str) -> str:
    return COLOURS[name][0]


def variable(name: str) -> str:
    """The colour as CSS, light wherever nothing says that the page is dark."""
    return f"var(--cct-{name},{light(name)})"


def _dark_values() -> str:
    return ";".join(f"--cct-{name}:{dark}" for name, (_, dark) in COLOURS.items())


def style() -> str:
    """The style of a figure. A page that takes styles away shows the figures as plain text in its own colours."""
    dark = ",".join(f"{page} .cct-chart" for page in _DARK)
    return (
        f"@media screen{{{dark}{{{_dark_values()}}}}}"
        f".cct-chart{{margin:.5em 0;padding:12px 16px;box-sizing:border-box;border-radius:6px;"
        f"background:{variable('paper')};color:{variable('ink')};border:1px solid {variable('grid')};"
        "font:13px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
        # A page without the picture's font takes a wider one, whose letters need room beside the picture.
        ".cct-chart .cct-picture{display:block!important;padding:0 14px}.cct-chart .cct-unseen{display:none}"
        ".cct-chart svg{display:block;max-width:100%;height:auto;overflow:visible}"
        f".cct-chart figcaption{{color:{variable('ink')};margin:.5em 0;font-style:normal;text-align:left}}"
        f".cct-chart details{{margin:0}}.cct-chart summary{{cursor:pointer;color:{variable('muted')}}}"
        ".cct-chart .cct-table{max-height:20em;overflow:auto}"
        ".cct-chart table{border-collapse:collapse;margin:.5em 0;font-size:12px;table-layout:auto}"
        f"figure.cct-chart .cct-table th,figure.cct-chart .cct-table td{{color:{variable('ink')};text-align:left;padding:2px 12px 2px 0;max-width:24em;"
        "white-space:normal;vertical-align:top}"
        "figure.cct-chart .cct-table tr:nth-child(n){background:transparent}"
        "figure.cct-chart .cct-table .cct-number{text-align:right;font-variant-numeric:tabular-nums}"
    )


def page_style() -> str:
    """The style of a page that holds nothing but a figure: dark where the reader's system is."""
    dark = f".cct-chart{{{_dark_values()}}}body{{background:{COLOURS['paper'][1]}}}"
    return f"body{{margin:1em;background:{light('paper')}}}@media screen and (prefers-color-scheme:dark){{{dark}}}"
