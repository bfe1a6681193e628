"""What was said of an export's columns is there the next time that such a file comes, told, and can be forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cctoolkit.contact_files import read, read_bytes
from cctoolkit.contact_files.remembering import remember, remembered, told
from cctoolkit.settings import state_folder
from cctoolkit.widgets.importing.contact_file import ContactFile
from tests.cli.commands import run

SPANISH = "Correo principal de la persona;Talla\nana@example.com;44\nben@example.com;45\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def _export(text: str, name: str = "people.csv") -> object:
    return read_bytes(text.encode(), name)


def test_the_next_such_file_is_known(home: Path) -> None:
    """By its headings in any order; not by its rows or its name."""
    remember(_export(SPANISH), {"Talla": "cf:Shoe size"})  # type: ignore[arg-type]
    assert remembered(
        _export(
            "Talla;Correo principal de la persona\n1;x@example.com\n2;y@example.com\n3;z@example.com\n", "other.csv"
        )
    ) == {  # type: ignore[arg-type]
        "Talla": "cf:Shoe size"
    }
    assert remembered(_export("Talla;Correo\n1;x@example.com\n")) == {}  # type: ignore[arg-type]
    kept = (state_folder() / "mappings.json").read_text()
    assert "example.com" not in kept
    assert "44" not in json.dumps([entry["columns"] for entry in json.loads(kept).values()])
    assert (state_folder() / "mappings.json").stat().st_mode & 0o077 == 0


def test_that_a_column_is_about_something_else_is_asked_again(home: Path) -> None:
    """The next file may say something else in it; what a no or a yes means stays."""
    export = _export("Email,Newsletter,Mail status\na@example.com,x,y\n")
    remember(export, {"Newsletter": "opted_in", "Mail status": "ignore"})  # type: ignore[arg-type]
    assert remembered(export) == {"Newsletter": "opted_in"}  # type: ignore[arg-type]
    remember(export, {"Mail status": "ignore"})  # type: ignore[arg-type]
    assert remembered(export) == {}  # type: ignore[arg-type]


@pytest.mark.parametrize("target", ["", "cf:Notes", "first_name", "job_title", "ignore"])
@pytest.mark.parametrize(
    ("heading", "before", "no"),
    [
        ("Remark", "likes jazz", "unsubscribed"),
        ("Email status", "x", "unsubscribed"),
        ("Newsletter", "x", "no"),
        ("Opt out", "x", "yes"),
    ],
)
def test_a_no_of_the_new_file_counts_whatever_was_said_of_the_last(
    home: Path, heading: str, before: str, no: str, target: str
) -> None:
    """A column that was left out, or was another field, keeps people out where its cells say so now."""
    first, second = home / "one.csv", home / "two.csv"
    first.write_text(f"Email,{heading}\na@example.com,{before}\nb@example.com,{before}\n")
    second.write_text(f"Email,{heading}\na@example.com,{no}\nb@example.com,\n")
    remember(read(first), {heading: target})
    assert ContactFile(second).cleaned.addresses == ["b@example.com"]


def test_headings_that_stand_there_twice_are_recognized_anew(home: Path) -> None:
    export = _export("Email,Notes,Notes\na@example.com,x,unsubscribed\n")
    remember(export, {"Notes": ""})  # type: ignore[arg-type]
    assert remembered(export) == {}  # type: ignore[arg-type]


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"x": {"columns": [1]}}', b"\xff"])
def test_what_is_damaged_is_nothing(home: Path, content: bytes) -> None:
    state_folder().mkdir(parents=True)
    (state_folder() / "mappings.json").write_bytes(content)
    assert remembered(_export(SPANISH)) == {}  # type: ignore[arg-type]
    remember(_export(SPANISH), {"Talla": ""})  # type: ignore[arg-type]
    assert told(remembered(_export(SPANISH)), how="Else: --map.") == "As last time: 'Talla' is left out. Else: --map."  # type: ignore[arg-type]


def test_in_a_terminal(home: Path) -> None:
    """Said once, told the next time, and forgotten when it is asked for."""
    path = home / "people.csv"
    path.write_text(SPANISH)
    first = run("clean", str(path), "-o", str(home / "one"), "--map", "Talla=cf:Shoe size")
    assert first.returncode == 0, first.stderr
    assert "As last time" not in first.stderr
    again = run("clean", str(path), "-o", str(home / "two"))
    assert "As last time: 'Talla' is cf:Shoe size. --map says otherwise, --forget recognizes them anew." in again.stderr
    assert "cf:Shoe size" in next((home / "two").glob("*.csv")).read_text().splitlines()[0]
    anew = run("clean", str(path), "-o", str(home / "three"), "--forget")
    assert "As last time" not in anew.stderr
    assert "As last time" not in run("clean", str(path), "-o", str(home / "four")).stderr


def test_in_the_panel(home: Path) -> None:
    """What was taken over is told above the account, with a button that forgets it."""
    path = home / "people.csv"
    path.write_text(SPANISH)
    first = ContactFile(path)
    assert first.last_time.children == ()
    first.columns[1].value = "a custom field"
    first.button.click()
    first.wait()
    assert "cf:Talla" in first.cleaned.kept.columns
    second = ContactFile(path)
    words, anew = second.last_time.children
    assert "As last time: &#x27;Talla&#x27; is cf:Talla" in words.value
    assert "cf:Talla" in second.cleaned.kept.columns
    anew.click()
    second.wait()
    assert "cf:Talla" not in second.cleaned.kept.columns
    assert second.last_time.children == ()
    assert ContactFile(path).last_time.children == ()


def test_the_quick_start_takes_what_a_question_asks_for(home: Path) -> None:
    """It names --map, which this command takes, too."""
    path = home / "people.csv"
    path.write_text("Email,Wants mail from us\nana@example.com,sometimes\nben@example.com,often\n")
    asked = run("quickstart", str(path))
    assert asked.returncode != 0
    assert "--map 'Wants mail from us=opted_in'" in asked.stderr
    done = run("quickstart", str(path), "--map", "Wants mail from us=ignore")
    assert done.returncode == 0, done.stderr
