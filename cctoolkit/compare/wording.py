"""What of a service's own words is written down: headers, headings and refusals, without what is the account's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import Any

#: The headers that a client may lean on; of each only whether it is there, and of the first its value.
HEADERS = ("content-type", "www-authenticate", "retry-after", "x-ratelimit-limit", "link")
#: What a refusal may quote: of it only the kind stays.
_QUOTED = re.compile(
    r"(?<=cctoolkit compare )[0-9a-f]{8}|[0-9a-f]{8}-[0-9a-f-]{27}|[^\s@]+@[^\s@]+|bearer\s+\S+|[\w.~+/=-]{24,}|\d+|'[^']*'|\"[^\"]*\"",
    re.IGNORECASE,
)
#: A key of an error: words with dots, as `contacts.api.not_found`.
_KEY = re.compile(r"[a-z_]{2,40}(\.[a-z_]{2,40}){0,8}")
#: What stands in every one of them, whatever somebody is called.
_WORDS_OF_KEYS = frozenset(
    ("contacts", "api", "validation", "error", "conflict", "not_found", "unauthorized", "forbidden")
)
CONTENT_TYPE = re.compile(r"[a-z]{2,20}/[a-z0-9.+-]{1,60}", re.ASCII)
#: The words of which the headings of an exported file may be made. Any other is an account's own, as that of a custom field.
_WORDS = frozenset(
    re.findall(
        r"\w+",
        "1 2 3 address anniversary at birthday city code company confirmed consent country created custom date day "
        "deleted email fax field first home id in job last line list lists mobile month name notes number of opt "
        "opted other out permission phone postal province reason since sms social source state status street tags "
        "title updated update website work year zip ",
    )
)


def heading(cell: str, labels: Iterable[str]) -> str:
    """A heading made of the service's words. What is none, or holds the label of a field of the account, is its own: empty."""
    plain = _plain(cell)
    own = [each for label in labels if (each := _plain(label))]
    its_own = any(each == plain or (len(each) > 5 and each in plain) for each in own)
    words = re.split(r"[ /-]+", cell.lower())
    return cell if not its_own and len(cell) <= 60 and all(word in _WORDS for word in words) else ""


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def refusal(content: Any, own: Iterable[str] = ()) -> list[list[str]]:
    """The keys and the texts of an error, without what it quotes and what is the account's own, whatever its case."""
    errors = content if isinstance(content, list) else [content]
    own = list(own)
    words = {word for each in own for word in re.findall(r"\w+", each.casefold())}

    def cleaned(text: str) -> str:
        for each in sorted(own, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(each)}(?!\w)", "…", text, flags=re.IGNORECASE)
        return _QUOTED.sub("…", text)[:200]

    return [
        [
            _key_without(str(error.get("error_key", "")), words),
            cleaned(str(error.get("error_message", ""))[:2_000]),
        ]
        for error in errors[:3]
        if isinstance(error, dict)
    ]


def _key_without(key: str, words: Set[str]) -> str:
    """The key of an error; each part of it that is a word of the account's own is left out."""
    if key and not _KEY.fullmatch(key):
        return "…"
    return ".".join("…" if part in words and part not in _WORDS_OF_KEYS else part for part in key.split("."))
