"""The style sheet of all panels: it reads in both of JupyterLab's themes."""

from __future__ import annotations

import re

import pytest

from cctoolkit.widgets.look import STYLE

#: The backgrounds that are the same in both themes.
OWN = sorted(set(re.findall(r"background:(#\w+)", STYLE)))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", OWN)
def test_white_letters_read_on_our_own_colours(colour: str) -> None:
    """At least 4.5:1, as WCAG asks for."""
    assert 1.05 / (_luminance(colour) + 0.05) >= 4.5


def test_all_other_colours_are_jupyterlabs() -> None:
    """Letters are white on our own colours, and else of the theme."""
    letters = set(re.findall(r"(?<![\w-])color:([^;}]+)", STYLE))
    assert {colour for colour in letters if not colour.startswith("var(--jp-")} == {"#fff", "inherit"}
    grounds = set(re.findall(r"background:([^;}]+)", STYLE)) - set(OWN)
    assert {colour for colour in grounds if not colour.startswith("var(--jp-")} == {"none"}


def test_it_is_one_sheet() -> None:
    """No rule is written twice."""
    rules = re.findall(r"(?:^|\})\s*([^{}]+)\{", STYLE)
    assert len(rules) == len(set(rules)) > 50
