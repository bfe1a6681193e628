"""Texts that are nobody else's business, and errors that do not carry them along.

A traceback shows the locals of every function on the way where somebody asks for them (`%xmode Verbose` of IPython,
`pytest -l`, reporters of errors), and an exception's cause keeps the request whose headers hold the token.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Never

from .errors import CctoolkitError


class Secret(str):
    """A text that is itself wherever it is used, and that no repr shows, not even that of the table in which it stands.

    It is not pickled: a pickle ends in a file or in another process. Raises `TypeError` there.
    """

    def __new__(cls, text: str) -> Secret:
        return super().__new__(cls, str.__str__(text))  # whatever the text's own class would say

    def __repr__(self) -> str:
        return "‹…›"

    def __reduce_ex__(self, protocol: Any) -> Never:
        raise TypeError("Tokens and secrets are not pickled: connect anew in the other process.")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self


class nothing_but_words:  # noqa: N801 - read as a statement, as those of contextlib are
    """Errors of ours leave the block with their words alone: without the functions below and what those held.

    No `contextlib.contextmanager`: that one puts the whole traceback back.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, CctoolkitError):
            error.__cause__ = error.__context__ = None
            raise error.with_traceback(None)
