"""What the plain run does with less, and the thorough one (`pytest --thorough`) with all."""

from __future__ import annotations

from typing import Any

import pytest

#: Whether properties are tried with all their examples.
all_examples = False


def examples(count: int) -> int:
    """How many examples of a property are tried: `count` thoroughly, else an eighth of them, and ten at least."""
    return count if all_examples else min(count, max(10, count // 8))


def thorough(*values: Any, id: str | None = None) -> Any:
    """A case of `parametrize` that is left to the thorough run."""
    return pytest.param(*values, marks=pytest.mark.thorough, id=id)
