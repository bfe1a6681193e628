"""The rows that would be sent, held aside so that an account of any size can be compared with them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Set

from .checking import nothing_kept
from .rows import Sendable, headings, key_of_row, rows


class KeptRows:
    """The rows that would be sent, by what the service knows their contacts by."""

    def __init__(self, cleaned: Sendable) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE rows (place INTEGER PRIMARY KEY, key TEXT UNIQUE, row TEXT, seen INTEGER)")
        self.parts = 0
        self.headings: list[str] = []
        self._database.execute("BEGIN")
        for part in cleaned.parts():
            self.parts += 1
            self.headings = headings(part.content)
            self._database.executemany(
                "INSERT OR REPLACE INTO rows (key, row, seen) VALUES (?, ?, 0)",
                ((key_of_row(row), json.dumps(row)) for row in rows(part.content)),
            )
        self._database.execute("COMMIT")
        if not self.parts:
            raise nothing_kept(cleaned)  # type: ignore[arg-type]  # as in an import
        [self.count] = self._database.execute("SELECT count(*) FROM rows").fetchone()
        #: The hashes of all keys. Of an account, most contacts are in no row; to be looked for in a set costs nothing.
        self.hashes: Set[int] = {hash(key) for (key,) in self._database.execute("SELECT key FROM rows")}

    def find(self, keys: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
        """Rows of these keys that were not found before, with their places."""
        asked = [key for key in keys if hash(key) in self.hashes]
        if not asked:
            return
        found = self._database.execute(
            f"SELECT place, row FROM rows WHERE seen = 0 AND key IN ({', '.join('?' * len(asked))})", asked
        ).fetchall()
        for place, row in found:
            self._database.execute("UPDATE rows SET seen = 1 WHERE place = ?", (place,))
            yield place, json.loads(row)

    def has(self, keys: Iterable[str]) -> bool:
        """Whether there is a row of one of these keys, whether it was found before or not."""
        asked = [key for key in keys if hash(key) in self.hashes]
        marks = ", ".join("?" * len(asked))
        return bool(asked) and bool(
            self._database.execute(f"SELECT 1 FROM rows WHERE key IN ({marks})", asked).fetchone()
        )

    def unseen(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Rows that were not found."""
        for place, row in self._database.execute("SELECT place, row FROM rows WHERE seen = 0 ORDER BY place"):
            yield place, json.loads(row)

    def close(self) -> None:
        self._database.close()
