"""What became of an import as a notebook shows it: good and bad told apart, nothing of a file as markup."""

from __future__ import annotations

from pathlib import Path

from cctoolkit import contact_files, imports
from cctoolkit.api import Client


def _imported(client: Client, folder: Path, text: str) -> imports.Outcome:
    (folder / "people.csv").write_text(text)
    list_id = str(client.lists.find_or_create("Choir")["list_id"])
    return imports.import_contacts(client, contact_files.clean(folder / "people.csv"), list_id, progress=False)


def test_all_is_well(client: Client, tmp_path: Path) -> None:
    outcome = _imported(client, tmp_path, "email,first name\nana@example.com,Ana\nben@example.com,Ben\n")
    assert repr(outcome) == outcome.report()
    shown = outcome._repr_html_()
    assert "✓ 2 of 2 contacts are on the list" in shown
    assert "#1a7f37" in shown


def test_who_is_missing_is_told_apart_and_escaped(client: Client, tmp_path: Path) -> None:
    gone = client.contacts.create(email_address="b&b@example.com", first_name="Bea")
    client.contacts.update(str(gone["contact_id"]), permission_to_send="unsubscribed")
    outcome = _imported(client, tmp_path, "email\nana@example.com\nb&b@example.com\n")
    shown = outcome._repr_html_()
    assert "! 1 of 2 contacts are on the list" in shown
    assert "b&amp;b@example.com" in shown
    assert "#9a6700" in shown
