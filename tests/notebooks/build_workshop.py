"""Make the workshop's notebooks from their one source, `notebooks/workshop/source/*.md`, run them, and save them.

    .venv/bin/python tests/notebooks/build_workshop.py

Each source becomes two notebooks: the exercises, where somebody's lines go below `# your turn`, and the solutions. In a
source, a fence of `python` is a cell of both; of `python solution` a cell of the solutions, which leaves one empty cell
in the exercises; of `hints` a nest of hints, a paragraph each. All else is text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

WORKSHOP = Path(__file__).parents[2] / "notebooks" / "workshop"
YOUR_TURN = "# your turn\n"
FENCE = re.compile(r"^```(python solution|python|hints)\n(.*?)^```$", re.M | re.S)


def sources() -> list[Path]:
    return sorted((WORKSHOP / "source").glob("*.md"))


def places() -> Iterator[tuple[Path, bool, Path]]:
    """Each source, whether the solutions are wanted, and the notebook that it makes."""
    for source in sources():
        name = source.with_suffix(".ipynb").name
        yield source, False, WORKSHOP / name
        yield source, True, WORKSHOP / "solutions" / name


def build(source: Path, *, solutions: bool) -> Any:
    """One notebook, not run yet."""
    cells: list[Any] = []
    for kind, text in _pieces(source.read_text(encoding="utf-8")):
        if kind == "text":
            cells.append(nbformat.v4.new_markdown_cell(_links(text, deeper=solutions)))
        elif kind == "hints":
            cells[-1]["source"] += f"\n\n{_links(_hints(text), deeper=solutions)}"
        elif kind == "python" or solutions:
            cells.append(nbformat.v4.new_code_cell(text))
        elif cells[-1]["source"] != YOUR_TURN:
            cells.append(nbformat.v4.new_code_cell(YOUR_TURN))
    name = source.with_suffix(".ipynb").name
    other = f"[The exercises](../{name})" if solutions else f"[The solutions](solutions/{name})"
    cells[0]["source"] += f"\n\n{other}"
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same each time
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    for fence in FENCE.finditer(text):
        yield from _paragraphs(text[end : fence.start()])
        yield fence[1], fence[2].strip()
        end = fence.end()
    yield from _paragraphs(text[end:])


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    """Text between two fences, a cell for each section."""
    for part in re.split(r"^(?=## )", text, flags=re.M):
        if part.strip():
            yield "text", part.strip()


def _hints(text: str) -> str:
    """Hints that open one at a time, also where no kernel runs: each holds the next."""
    hints = [paragraph.strip() for paragraph in re.split(r"\n\s*\n", text)]
    nest = ""
    for number, hint in reversed(list(enumerate(hints))):
        label = "A hint" if number == 0 else "The last hint" if number == len(hints) - 1 else "Another hint"
        inside = f"\n\n{nest}" if nest else ""
        nest = f"<details><summary>{label}</summary>\n\n{hint}{inside}\n\n</details>"
    return nest


def _links(text: str, *, deeper: bool) -> str:
    """Links that lead out of the workshop's folder, from one folder further down for the solutions."""
    return re.sub(r"\]\(\.\./", "](../../", text) if deeper else text


def main() -> None:
    from rerun import run_alone

    for source, solutions, path in places():
        path.parent.mkdir(exist_ok=True)
        nbformat.write(build(source, solutions=solutions), path)
        run_alone(path)
        sys.stdout.write(f"{path.relative_to(WORKSHOP)}\n")


if __name__ == "__main__":
    main()
