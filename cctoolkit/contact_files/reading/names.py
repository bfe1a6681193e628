"""What the name of a file, or of a sheet in it, says of everybody in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: How mailing services, and people, call the files of those who left; `cleaned` is an ordinary word, and theirs only in such names.
_LEFT_IN_A_NAME = re.compile(
    r"(?<![a-z])(unsubscribed|nonsubscribed|non-subscribed|unsubscribes|unsubscribers?|^unsubs?|unsubscribe(?=[-_ ]list)"
    r"|suppressions?|suppressed|(?:hard|soft)?[-_ ]?bounced|(?:hard|soft)?[-_ ]?bounces|opt[-_ ]?outs|opted[-_ ]out"
    r"|(?<=email[-_ ])opt[-_ ]?out|^opt[-_ ]?out|complaints|spam[-_ ]?reports|abuse[-_ ]?reports|invalid[-_ ]emails|bad[-_ ]emails"
    r"|black[-_ ]?list(?:ed)?|block[-_ ]?list(?:ed)?|^blocks|dnc|exclusion[-_ ]list|stop[-_ ]list|undeliverables?"
    r"|do[-_ ]?not[-_ ]?(?:e?-?mail|contact|send)|abmeldungen|abgemeldete?|abbestellt|d[eé]sinscrits?|d[eé]sabonn[eé]s?|disiscritti"
    r"|afmeldingen|uitgeschreven|bajas|desuscritos|descadastrados|odhl[aá][sš]en[ií]|avregistrerade"
    r"|cleaned(?=[-_ ](?:segment|email|audience|members|contacts[-_ ]export)))(?:[^a-z]|$)"
)
#: Before such a word these say that the file is of the others, or of all.
_OF_OTHERS = re.compile(
    r"(?<![a-z])(without|no|not|non|ohne|sans|sin|senza|zonder|excluding|except|minus|subscribed|subscribers|all|and|removed)(?![a-z])"
)
#: And behind it: `bounced-removed.csv`.
_TAKEN_OUT = re.compile(r"[-_ ]*(removed|excluded|deleted)(?![a-z])")


def left_by_name(name: str) -> str:
    """The word in a name that says that everybody in it has left; empty where there is none."""
    found = _LEFT_IN_A_NAME.search(plain := name.casefold())
    if found is None or _OF_OTHERS.search(plain, 0, found.start()) or _TAKEN_OUT.match(plain, found.end(1)):
        return ""
    return found[1].strip("-_ ")


#: Lists of those who left that have no column which says so, by all their headings.
_LISTS_OF_LEFT: dict[tuple[str, ...], str] = {
    ("address", "created_at", "tags"): "Mailgun's list of who unsubscribed",
    ("created", "email", "ip"): "SendGrid's list of who reported spam",
}


def left_by_headings(headings: Sequence[str]) -> str:
    """Which list of those who left a file is, by all of its headings; empty where it is none."""
    return _LISTS_OF_LEFT.get(tuple(sorted(heading.strip().casefold() for heading in headings)), "")
