"""The site of the course: built from what is saved, every link leading somewhere, and no page asking another host."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[1]
#: What a page loads by itself; a link that somebody clicks is none.
_LOADED = re.compile(r"<(?:script|link|img|iframe|source)[^>]*(?:src|href)=[\"'](?:https?:)?//[^>]*>")
#: The same of a style sheet.
_FETCHED = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\"']*")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with each warning an error: a link to nothing is one, and a docstring that does not read."""
    pytest.importorskip("sphinx", reason="Sphinx is not installed: pip install -c constraints.txt -e '.[site]'")
    place = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-qEW",
        "--keep-going",
        "-d",
        str(place / "kept"),
        "docs",
        str(place / "site"),
    ]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert (built.returncode, built.stderr) == (0, "")
    return place / "site"


def test_every_notebook_is_a_page_with_its_outputs(site: Path) -> None:
    """As saved: tables and pictures, and what a panel says where none can run."""
    for path in sorted((ROOT / "notebooks").glob("[01]*.ipynb")):
        assert (site / "notebooks" / f"{path.stem}.html").exists(), path.stem
    assert "<svg" in (site / "notebooks" / "14-explore-an-account.html").read_text()
    assert "run this cell to see it" in (site / "notebooks" / "05-import-and-check.html").read_text()


@pytest.mark.parametrize(
    ("what", "title", "there"),
    [
        ("What’s new in V3", "13 · What’s new", "api_guide/index.html"),
        ("Migrating from V2", "12 · From V2 to V3", "api_guide/migration_overview.html"),
        ("API functionality and endpoints", "15 · The API explorer", "api_reference/index.html"),
        ("Working with contacts", "7 · Contacts in depth", "api_guide/contacts_overview.html"),
        ("OAuth 2.0 authorization", "11 · OAuth 2.0, step by step", "api_guide/auth_overview.html"),
        ("Using bulk activity endpoints", "9 · Bulk activities", "api_guide/index.html"),
        ("V3 API schema", "13 · What’s new", "v3/swagger.yaml"),
    ],
)
def test_the_seven_links_of_the_guide_s_last_step(site: Path, what: str, title: str, there: str) -> None:
    """Each leads to the page that it means, here and at the vendor's."""
    page = (site / "notebooks" / "05-import-and-check.html").read_text()
    [line] = [line for line in re.findall("<tr.*?</tr>", page, re.DOTALL) if f"<p>{what}</p>" in line]
    here, vendors = re.findall('href="([^"]*)"', line)
    assert f"<h1>{title}<" in (site / "notebooks" / here).read_text()
    assert vendors.startswith("https://")
    assert vendors.endswith(there)


def test_the_reference_and_the_commands_are_there(site: Path) -> None:
    """Shapes and errors of what is public, and each command's options."""
    assert "import_contacts" in (site / "reference" / "imports.html").read_text()
    assert "cctoolkit.api.contacts" in (site / "reference" / "client.html").read_text()
    assert "--consent" in (site / "commands.html").read_text()


def test_a_program_finds_it_all_in_llms_txt(site: Path) -> None:
    """Each page by its title; and the whole as one text."""
    listed = (site / "llms.txt").read_text()
    for name in ("05-import-and-check", "reference/imports", "commands"):
        assert name in listed
    assert "list_memberships" in (site / "llms-full.txt").read_text()


def test_no_page_asks_another_host(site: Path) -> None:
    """Scripts, fonts and pictures are the site's own."""
    assert [(page.name, found) for page in site.rglob("*.html") for found in _LOADED.findall(page.read_text())] == []
    assert [(sheet.name, found) for sheet in site.rglob("*.css") for found in _FETCHED.findall(sheet.read_text())] == []
