"""What a finding holds, and that a check which fails is one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from cctoolkit.doctor.findings import Finding, note, of_error, ok, problem, surviving
from cctoolkit.doctor.report import Examination
from cctoolkit.errors import CctoolkitError, NotFound, SettingsError

HOSTILE = "<script>alert(1)</script> \x1b[2J\u202e & 'x'\n\tnext"


def test_a_failing_check_is_a_finding_after_what_it_found() -> None:
    """Its kind and place are told, its text is not: that may quote a secret."""

    def check() -> Iterator[Finding]:
        yield ok("thing", "It is there.")
        raise RuntimeError("hunter2-is-the-secret")

    first, second = surviving("thing", check)
    assert (first.state, second.state) == ("ok", "problem")
    assert "RuntimeError in test_findings.py, line" in second.found
    assert "hunter2" not in repr(second)
    assert second.advice


def test_a_missing_package_is_named() -> None:
    """With the command that installs it."""

    def check() -> list[Finding]:
        import no_such_package.inside  # type: ignore[import-not-found]  # noqa: F401

        return []

    [found] = surviving("thing", check)
    assert "no_such_package cannot be imported" in found.found
    assert found.advice.endswith("no_such_package")


@pytest.mark.parametrize(
    ("error", "found", "advice"),
    [
        (SettingsError("There is no key (none): give one."), "There is no key (none).", "Give one."),
        (SettingsError("There is no key. Save: it."), "There is no key.", "Save: it."),
        (SettingsError("Nothing works"), "Nothing works", "Do what it says, then run cctoolkit doctor again."),
        (
            NotFound(404, "x.not_found", "gone", "GET /v3/x"),
            "GET /v3/x answered 404 x.not_found: gone.",
            NotFound.next_step,
        ),
    ],
)
def test_an_error_is_told_in_two_parts(error: CctoolkitError, found: str, advice: str) -> None:
    """What is wrong, and what to do."""
    told = of_error("thing", error)
    assert (told.state, told.found, told.advice) == ("problem", found, advice)


def test_what_is_not_printable_reaches_no_terminal() -> None:
    """Control characters and right-to-left marks come from files and services, and are taken out."""
    told = note("thing", HOSTILE, HOSTILE)
    assert told.found == "<script>alert(1)</script> [2J & 'x' next"
    assert told.advice.isprintable()


@pytest.fixture
def examination() -> Examination:
    return Examination(
        "sandbox", [ok("one", "Good."), note("two", "So-so.", "Look."), problem("three", HOSTILE, "Run: cctoolkit lab")]
    )


def test_html_is_escaped(examination: Examination) -> None:
    """Nothing in a finding executes in a notebook."""
    page = examination._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert re.findall(r"<(\w+)", page).count("tr") == 4


@pytest.mark.parametrize("width", [20, 60, 80, 400])
def test_the_table_fits_its_terminal(examination: Examination, width: int) -> None:
    """Whatever its width; what to do stands beneath what was found."""
    text = examination.text(width)
    _, _, total = text.rpartition("\n\n")
    assert max(map(len, text.splitlines())) <= max(width, 40)
    assert " ".join(total.split()).startswith("1 ok, 1 note, 1 problem. Only this machine was looked at")
    assert "-> Look." in text
    assert "\x1b" not in text


def test_colours_change_no_column(examination: Examination) -> None:
    """A styled word takes the same place."""
    styled = examination.text(80, style=lambda state, word: f"[{word}]")
    assert styled.replace("[ok       ]", "ok       ").startswith(examination.text(80).splitlines()[0])


def test_for_programs(examination: Examination) -> None:
    """One JSON object, and a frame with the same rows; `healthy` says whether there is a problem."""
    told = json.loads(examination.json())
    assert told["healthy"] is examination.healthy is False
    assert told["findings"][0] == {"check": "one", "state": "ok", "found": "Good.", "advice": ""}
    assert examination.frame()["state"].tolist() == ["ok", "note", "problem"]
    assert [found.check for found in (*examination.problems, *examination.notes)] == ["three", "two"]
    assert Examination("live", []).healthy
    assert Examination("live", []).frame().columns.tolist() == ["check", "state", "found", "advice"]
    assert "The live service was asked." in repr(Examination("live", []))
