"""Makes exports of any size for the benchmarks: 12 columns of made-up people, with the flaws that real ones have.

    python tests/benchmarks/files.py 1000000 people.csv

Of the rows 4 % repeat an address, some in another case, 1 % have one that cannot be sent, 1 % one that has to be looked
at (`Name <a@b>`, blanks, a second address), and 1 % opted out. Every company has a comma in it, and so quotation marks.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

HEADINGS = (
    *("Email Address", "First Name", "Last Name", "Company", "Job Title", "Phone", "Street", "City", "State", "Zip"),
    *("Birthday", "Unsubscribed"),
)
_FIRST = ["Ana", "Ben", "Carla", "Dário", "Elena", "Félix", "Grace", "Hugo", "Inés", "John", "Mary", "Zoë"]
_LAST = ["Silva", "Smith", "Müller", "García", "Rossi", "Jones", "Brown", "O'Neill", "Dupont", "Nowak"]
_TOWNS = (("Waltham", "MA", "02451"), ("Boston", "MA", "02110"), ("Albany", "NY", "12207"), ("Austin", "TX", "73301"))
_TITLES = ("Manager", "Teacher", "", "Treasurer", "Owner")


def make(path: Path, rows: int, seed: int = 7) -> None:
    """Write an export of so many rows; the same seed gives the same file."""
    chance = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(rows):
            writer.writerow(_row(chance, number))


def _row(chance: random.Random, number: int) -> list[str]:
    first, last, town = chance.choice(_FIRST), chance.choice(_LAST), chance.choice(_TOWNS)
    luck = chance.random()
    who = chance.randrange(number) if luck < 0.04 and number else number
    email = f"member.{who}@mail{who % 97}.example.com"
    if luck < 0.01:
        email = email.upper()
    elif 0.04 <= luck < 0.05:
        email = chance.choice(["", "nobody", f"{who}@@example.com", f"josé{who}@example.com"])
    elif 0.05 <= luck < 0.06:
        email = chance.choice([f"{first} <{email}>", f" {email} ", f"{email}; second.{who}@example.com"])
    return [
        *(email, first, last, f"Acme, {chance.randrange(1000)} Inc.", chance.choice(_TITLES)),
        *(f"+1 617 555 {chance.randrange(10_000):04}", f"{chance.randrange(1, 2000)} Main Street", *town),
        f"{chance.randrange(1, 13):02}/{chance.randrange(1, 29):02}/{chance.randrange(1940, 2005)}",
        "yes" if 0.06 <= luck < 0.07 else "",
    ]


#: The columns of Google's export, as `data/google-contacts.csv` has them.
GOOGLE = (
    *("First Name", "Middle Name", "Last Name", "Name Prefix", "Name Suffix", "Nickname", "Organization Name"),
    *("Organization Title", "Organization Department", "Birthday", "Notes", "Labels"),
    *("E-mail 1 - Label", "E-mail 1 - Value", "E-mail 2 - Label", "E-mail 2 - Value"),
    *("Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Label", "Phone 2 - Value"),
    *("Address 1 - Label", "Address 1 - Formatted", "Address 1 - Street", "Address 1 - City", "Address 1 - Region"),
    *("Address 1 - Postal Code", "Address 1 - Country", "Website 1 - Label", "Website 1 - Value"),
)


def make_messy(path: Path, rows: int, seed: int = 7) -> None:
    """Write as many rows as Google's export writes them: notes over several lines, several values a cell, many forms."""
    chance = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(GOOGLE)
        for number in range(rows):
            writer.writerow(_messy_row(chance, number))


def _messy_row(chance: random.Random, number: int) -> list[str]:
    email, first, last, company, title, phone, street, town, region, code, birthday, out = _row(chance, number)
    second = f"second.{number}@example.org" if chance.random() < 0.3 else ""
    phone = chance.choice(
        [phone, phone.replace(" ", "-"), f"({phone[3:6]}) {phone[7:]}", f"{phone} ::: {phone[:-1]}9", ""]
    )
    note = chance.choice(
        ["", "", "met at the fair", "sings alto\nowes two tickets", "unsubscribed" if out else "friend"]
    )
    title = chance.choice([title, f"Dr. {title}", title.upper()])
    return [
        *(first, chance.choice(["", "Q."]), last, "", chance.choice(["", "Jr."]), "", company, title, ""),
        *(birthday, note, "* myContacts ::: Choir", "* Home", email, "Work" if second else "", second),
        *("Mobile", phone, "Home" if second else "", f"617.555.{number % 10_000:04}" if second else ""),
        *(
            "Home",
            f"{street}\n{town}, {region} {code}",
            street,
            town,
            region,
            code,
            chance.choice(["US", "United States", ""]),
        ),
        *("", ""),
    ]


if __name__ == "__main__":
    make(Path(sys.argv[2]), int(sys.argv[1]))
