"""Lines that hold several parts of a postal address, taken apart; what is none of the known forms stays whole."""

from __future__ import annotations

import re

from .phones import region_of
from .values import tidy

#: What is a state where no zip stands behind it: those of the United States, Canada and Australia, by code and by name.
_STATES = frozenset(
    {
        *("al", "ak", "az", "ar", "ca", "co", "ct", "de", "dc", "fl", "ga", "hi", "id", "il", "in", "ia", "ks", "ky"),
        *("la", "me", "md", "ma", "mi", "mn", "ms", "mo", "mt", "ne", "nv", "nh", "nj", "nm", "ny", "nc", "nd", "oh"),
        *("ok", "or", "pa", "pr", "ri", "sc", "sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy"),
        *("ab", "bc", "mb", "nb", "nl", "ns", "nt", "nu", "on", "pe", "qc", "sk", "yt"),
        *("nsw", "vic", "qld", "tas", "act"),
        *("alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware", "florida"),
        *("georgia", "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine"),
        *("maryland", "massachusetts", "michigan", "minnesota", "mississippi", "missouri", "montana", "nebraska"),
        *("nevada", "newhampshire", "newjersey", "newmexico", "newyork", "northcarolina", "northdakota", "ohio"),
        *("oklahoma", "oregon", "pennsylvania", "puertorico", "rhodeisland", "southcarolina", "southdakota"),
        *("tennessee", "texas", "utah", "vermont", "virginia", "washington", "westvirginia", "wisconsin", "wyoming"),
        *("districtofcolumbia", "alberta", "britishcolumbia", "manitoba", "newbrunswick", "novascotia", "nunavut"),
        *("ontario", "princeedwardisland", "quebec", "saskatchewan", "yukon", "newfoundland"),
        *("newfoundlandandlabrador", "northwestterritories"),
        *("newsouthwales", "victoria", "queensland", "southaustralia", "westernaustralia", "tasmania"),
    }
)
_ZIP = r"\d{5}(?:-\d{4})?|[A-Za-z]\d[A-Za-z] ?\d[A-Za-z]\d"
_STATE_AND_ZIP = re.compile(rf"(?P<state>[^\W\d_][^\d]*?) *(?P<zip>{_ZIP})")
_ONLY_ZIP = re.compile(_ZIP)
_ZIP_AND_CITY = re.compile(r"(?P<zip>\d{4,5}) (?P<city>[^\d]+)")
_CITY_AND_STATE = re.compile(rf"(?P<city>[^\d]+?) (?P<state>[A-Z]{{2,3}}|[A-Z]\.[A-Z]\.)(?: (?P<zip>{_ZIP}))?")
_CITY_AND_ZIP = re.compile(rf"(?P<city>[^\d]+?) (?P<zip>{_ZIP})")


def _is_state(text: str) -> bool:
    return re.sub(r"[^a-z]", "", text.lower()) in _STATES


def split_city_line(line: str) -> tuple[str, str, str, str]:
    """City, state, zip and country of `Hull, MA 02045`, `Hull/MA`, `Hull MA 02045`, `02045 Hull`, `Hull, MA, USA`."""
    parts = [part.strip() for part in re.split(r"[,/]", line) if part.strip()]
    country = parts.pop() if len(parts) > 1 and not _is_state(parts[-1]) and region_of(parts[-1]) else ""
    city, state, code = _city_state_zip(parts)
    if country and not city and len(parts) == 1 and not any(map(str.isdigit, parts[0])):
        city = parts[0]
    return (city, state, code, country) if city else (line, "", "", "")


def split_address_line(whole: str) -> tuple[str, ...]:
    """Street, street2, city, state, zip and country of a line as it stands on an envelope."""
    parts = [tidy(part) for part in re.split(r"[,\n]", whole) if part.strip()]
    nothing = (tidy(whole), "", "", "", "", "")
    country = parts.pop() if len(parts) > 2 and not _is_state(parts[-1]) and region_of(parts[-1]) else ""
    # The parts at the end that hold a city and a state or a zip; what is before them is the street.
    for count in (3, 2, 1):
        if count >= len(parts):
            continue
        city, state, code = _city_state_zip(parts[-count:])
        if city and (state or code):
            return ", ".join(parts[:-count]), "", city, state, code, country
    return nothing


def _city_state_zip(parts: list[str]) -> tuple[str, str, str]:
    """Of one part, two or three of a line; three empty texts where they are none."""
    first, *rest = parts or [""]
    if not rest:
        for pattern in (_CITY_AND_STATE, _ZIP_AND_CITY, _CITY_AND_ZIP):
            match = pattern.fullmatch(first)
            if match and ("state" not in match.re.groupindex or _is_state(match["state"])):
                found = match.groupdict()
                return found["city"], found.get("state") or "", found.get("zip") or ""
        return "", "", ""
    if any(character.isdigit() for character in first):
        return "", "", ""
    code = rest.pop() if _ONLY_ZIP.fullmatch(rest[-1]) else ""
    if len(rest) > 1:
        return "", "", ""
    if not rest:
        return first, "", code
    if not code and (match := _STATE_AND_ZIP.fullmatch(rest[0])) and _is_state(match["state"]):
        return first, match["state"].strip(), match["zip"]
    return (first, rest[0], code) if _is_state(rest[0]) else ("", "", "")
