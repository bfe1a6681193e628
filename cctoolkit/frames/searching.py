"""Finding people in a frame of contacts."""

from __future__ import annotations

import pandas as pd

#: The columns that are searched, of those that a frame has.
SEARCHED = ("email_address", "first_name", "last_name", "company_name")


def search(contacts: pd.DataFrame, words: str) -> pd.DataFrame:
    """The contacts whose address, name or company holds each of the words, whatever their case.

    Words are looked for as they are, none is a pattern. Without words, all contacts.
    """
    columns = [name for name in SEARCHED if name in contacts]
    found = pd.Series(True, index=contacts.index)
    for word in words.split():
        holds = pd.Series(False, index=contacts.index)
        for name in columns:
            holds |= contacts[name].str.contains(word, case=False, regex=False).fillna(False).astype(bool)
        found &= holds
    return contacts[found]
