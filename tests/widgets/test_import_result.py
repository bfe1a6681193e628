"""The import's result: sent beside arrived, who is missing and why, what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cctoolkit import imports
from cctoolkit.api import Client
from cctoolkit.contact_files import clean
from cctoolkit.errors import CctoolkitError
from cctoolkit.imports.outcome import parts_frame
from cctoolkit.sandbox import Sandbox
from cctoolkit.widgets import ImportResult
from cctoolkit.widgets.importing import result
from tests.widgets.test_contact_file import downloaded


def _outcome(*absent: tuple[str, str], sent: int = 3, state: str = "completed") -> imports.Outcome:
    """An outcome as the import makes it."""
    import pandas as pd

    reports = [
        {
            "activity_id": "a1",
            "state": state,
            "activity_errors": ["<b>too many</b>"] if state == "failed" else [],
            "status": {"person_count": sent, "error_count": 0, "correctable_count": 0, "cannot_add_to_list_count": 0},
        }
    ]
    frame = pd.DataFrame(
        {
            "email_address": pd.array([name for name, _ in absent], dtype="string"),
            "reason": pd.array([reason for _, reason in absent], dtype="string"),
        }
    )
    return imports.Outcome("list", reports, parts_frame(reports, [sent]), sent, frame)


def _said(panel: ImportResult) -> str:
    def below(widget: Any) -> str:
        own = widget.value if type(widget).__name__ == "HTML" else ""
        return own + "".join(below(child) for child in getattr(widget, "children", ()))

    return below(panel)


def test_everybody_arrived() -> None:
    """A success, with what to do with the list; nothing to download."""
    panel = ImportResult(_outcome())
    assert "✓ 3 of 3 contacts are on the list." in panel.status.value
    assert 'aria-label="3 arrived, 0 missing"' in _said(panel)
    assert "Everybody arrived" in _said(panel)
    assert panel.download not in panel.body.children
    assert "outcome.report()" in panel.footer.value
    assert repr(panel) == "[import result: run this cell to see it]"


def test_who_is_missing_has_a_reason_and_a_next_step() -> None:
    """Reasons are counted; each has one step."""
    unsubscribed = "unsubscribed before: only the person can come back"
    not_taken = "the service did not take the row (see correctable_count and error_count of the activity)"
    panel = ImportResult(_outcome(("a@x.org", unsubscribed), ("b@x.org", unsubscribed), ("c@x.org", not_taken), sent=9))
    said = _said(panel)
    assert "✗ 6 of 9 contacts are on the list; 3 are missing." in panel.status.value
    assert f"2 × <bdi>{unsubscribed}</bdi>" in said
    assert f"<td><bdi>c@x.org</bdi></td><td><bdi>{not_taken}</bdi></td>" in said
    assert said.count("Who unsubscribed cannot be put on a list again") == 1
    assert "Rows that the service did not take" in said
    assert "Everybody arrived" not in said


def test_the_reasons_are_those_that_an_import_gives(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    """Somebody who unsubscribed before: told by a real import, and explained."""
    list_id = str(client.lists.create("News")["list_id"])
    path = tmp_path / "a.csv"
    path.write_text("email\nana@example.com\nben@example.com\n")
    cleaned = clean(path, progress=False)
    journal = tmp_path / "first.sqlite"
    imports.import_contacts(client, cleaned, list_id, journal=journal, progress=False, sleep=sandbox.advance)
    with sandbox.database.write() as connection:
        connection.execute("UPDATE contacts SET permission_to_send = 'unsubscribed' WHERE address LIKE 'ana@%'")
        connection.execute("DELETE FROM list_memberships")
    journal = tmp_path / "second.sqlite"
    outcome = imports.import_contacts(client, cleaned, list_id, journal=journal, progress=False, sleep=sandbox.advance)
    said = _said(ImportResult(outcome))
    assert "1 of 2 contacts is on the list; 1 is missing." in said
    assert "Who unsubscribed cannot be put on a list again" in said
    assert str(journal) in said


def test_every_reason_of_an_import_has_a_next_step() -> None:
    """A reason that is reworded there is noticed here."""
    from cctoolkit.imports import arrival, job

    reasons = [
        arrival._NOT_TAKEN,
        arrival._NOT_LOOKED_UP,
        job.unfinished_reason({"state": "failed"}),
    ]
    for reason in reasons:
        assert any(reason.startswith(begins) for begins in result._NEXT), reason


def test_the_missing_are_a_file_without_formulas() -> None:
    """For a spreadsheet."""
    panel = ImportResult(_outcome(("=cmd@example.com", "because"), ("a@x.org", "because")))
    name, text = downloaded(panel.download.link.value)
    assert name == "missing.csv"
    assert text.splitlines() == ["email_address,reason", "'=cmd@example.com,because", "a@x.org,because"]


def test_many_missing_are_saved_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the notebook's folder, and not sent to the page."""
    monkeypatch.chdir(tmp_path)
    count = result.ROWS_IN_A_LINK + 1
    panel = ImportResult(_outcome(*[(f"p{n}@example.com", "because") for n in range(count)], sent=count))
    assert len(_said(panel)) < 30_000
    assert f"and {count - result.SHOWN:,} more" in _said(panel)
    panel.download.button.click()
    assert len((tmp_path / "missing.csv").read_text().splitlines()) == count + 1
    tmp_path.chmod(0o700)
    (tmp_path / "missing.csv").unlink()
    tmp_path.rmdir()
    panel.download.button.click()
    assert "cannot be written" in panel.download.said.value


def test_a_part_that_failed_is_told(tmp_path: Path) -> None:
    """With what the service says, as text, and how it is sent again."""
    panel = ImportResult(_outcome(("a@x.org", "its part ended as failed: resume …"), state="failed"))
    assert "&lt;b&gt;too many&lt;/b&gt;" in _said(panel)
    assert "retry_failed=True" in _said(panel)


def test_nothing_that_came_from_outside_is_markup() -> None:
    """Addresses with marks of direction and HTML."""
    said = _said(ImportResult(_outcome(("<script>alert(1)</script>\u202e@x.org", "<img src=x>"))))
    assert "<script" not in said
    assert "<img" not in said
    assert "\u202e" not in said


def test_what_is_no_outcome_is_refused() -> None:
    """As when the activities' reports are given in its place."""
    with pytest.raises(CctoolkitError, match=r"imports\.import_contacts"):
        ImportResult([{"activity_id": "a"}])  # type: ignore[arg-type]  # what a beginner may do
