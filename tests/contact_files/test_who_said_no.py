"""Who said no in other words, or in another language, is kept out; who answered another question is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from cctoolkit.contact_files import Cleaned, clean, read_bytes
from cctoolkit.contact_files.reading.names import left_by_name
from cctoolkit.errors import ContactFileError


def _clean(text: str) -> Cleaned:
    return clean(read_bytes(text.encode(), "people.csv"), progress=False)


def _kept(heading: str, *cells: str) -> list[str]:
    rows = "".join(f'p{number}@example.com,"{cell}"\n' for number, cell in enumerate(cells))
    return _clean(f'email,"{heading}"\n{rows}last@example.com,\n').kept["email"].tolist()


@pytest.mark.parametrize(
    ("heading", "no", "yes"),
    [
        ("Newsletter abgemeldet", "Ja", "Nein"),
        ("Keine Mails", "Ja", "Nein"),
        ("Werbesperre E-Mail", "ja", "nein"),
        ("Désabonné newsletter", "Oui", "Non"),
        ("Ne pas envoyer d'e-mails", "Oui", "Non"),
        ("Baja del boletín", "Sí", "No"),
        ("Non inviare email", "Sì", "No"),
        ("Pas de newsletter", "Oui", "Non"),
        ("Pas d'email", "Oui", "Non"),
        ("Je ne veux pas d'e-mails", "Oui", "Non"),
        ("Non vuole ricevere la newsletter", "Sì", "No"),
        ("No newsletter (yes/no)", "yes", "no"),
        ("Geen nieuwsbrief (ja/nee)", "ja", "nee"),
        ("Never contact me", "Yes", "No"),
        ("Dont contact me", "Yes", "No"),
        ("Remove me from your mailing list", "Yes", "No"),
        ("Newsletter cancelled", "Yes", "No"),
        ("Do not send partner emails", "Yes", "No"),
        ("No newsletter needed", "Yes", "No"),
        ("Address bounced", "Yes", "No"),
        ("Volunteer deceased", "Yes", "No"),
        ("Unsubscribe reason", "No response", ""),
        ("Geen nieuwsbrief", "Ja", "Nee"),
        ("Suppress Email", "Y", "N"),
        ("Marketing Suspended", "TRUE", "FALSE"),
        ("IsDeleted", "true", "false"),
        ("Remove from list", "yes", "no"),
        ("Do Not Market", "Yes", "No"),
        ("Unsubscribed by user", "true", "false"),
        ("Consent withdrawn", "Yes", "No"),
        ("Consent not given", "Yes", "No"),
        ("No consent", "x", ""),
        ("Not subscribed", "Yes", "No"),
        ("Email disallowed", "TRUE", "FALSE"),
        ("Marketing paused", "Yes", "No"),
        ("Skip email", "Yes", "No"),
        ("Consent withdrawn date", "2026-01-01", ""),
        ("Email Error", "550", ""),
        ("DND Email", "active", "inactive"),
        ("DND", "true", "false"),
        ("DND", "email", "sms"),
        ("Marked as spam at", "2026-01-01", ""),
        ("Removed from list", "Yes", "No"),
        ("Date of Death", "2026-01-01", ""),
        ("unsubscribedChannelIds", "[12]", "[]"),
    ],
)
def test_a_yes_keeps_out(heading: str, no: str, yes: str) -> None:
    """Whatever the language that the heading says no in."""
    assert _kept(heading, no, yes) == ["p1@example.com", "last@example.com"]


@pytest.mark.parametrize(
    ("heading", "no", "yes"),
    [
        ("Contact by email", "No", "Yes"),
        ("Opted in at checkout", "FALSE", "TRUE"),
        ("Subscribed via website", "no", "yes"),
        ("Nyhetsbrev", "Nej", "Ja"),
        ("Uutiskirje", "Ei", "Kyllä"),
        ("Hírlevél", "Nem", "Igen"),
        ("E-bülten", "Hayır", "Evet"),
        ("e-blast", "No", "Yes"),
        ("Emailable", "No", "Yes"),
        ("May we contact you?", "No thank you", "Yes please"),
        ("Keep me updated", "No", "Yes"),
        ("Would you like to hear from us?", "no", "yes"),
        ("Newsletter", "✗", "✓"),
        ("Newsletter", "unchecked", "checked"),
        ("Newsletter (yes/no)", "no", "yes"),
        ("Keep me updated (yes/no)", "no", "yes"),
        ("Would you like to receive our newsletter and partner offers?", "no", "yes"),
        ("Email me job offers", "No", "Yes"),
        ("Free monthly newsletter", "No", "Yes"),
        ("Primary School newsletter", "No", "Yes"),
        ("Signed up for newsletter on website", "No", "Yes"),
        ("Opt-in (web form)", "No", "Yes"),
        ("Email Opt-In (last updated by customer)", "No", "Yes"),
        ("Can be emailed", "no", "yes"),
        ("On mailing list", "N", "Y"),
        ("Interested in receiving info?", "No", "Yes"),
        ("Email?", "N", "Y"),
        ("I agree to receive other communications from ACME.", "Not Checked", "Checked"),
        ("Further contact", "No", "Yes"),
        ("Stay in touch", "No", "Yes"),
        ("I would like to hear from you", "No", "Yes"),
        ("Enewsletter", "No", "Yes"),
        ("Company email updates", "No", "Yes"),
        ("Event reminder emails", "No", "Yes"),
        ("Receive emails and statements", "No", "Yes"),
        ("Subscribe to blog", "No", "Yes"),
        ("Add me to your mailing list", "No", "Yes"),
        ("Acepta comunicaciones comerciales", "No", "Sí"),
        ("Рассылка", "Нет", "Да"),
        ("Согласие на рассылку", "не согласен", "согласен"),
        ("メールマガジン", "希望しない", "希望する"),
        ("Ενημερωτικό δελτίο", "Όχι", "Ναι"),
        ("邮件订阅", "否", "是"),
        ("뉴스레터", "아니오", "예"),
    ],
)
def test_a_no_keeps_out(heading: str, no: str, yes: str) -> None:
    assert _kept(heading, no, yes) == ["p1@example.com", "last@example.com"]


@pytest.mark.parametrize(
    "heading",
    [
        *("Medical consent", "Parental Consent", "Loyalty program opt-in", "Signed up for camp", "Address confirmed"),
        *(
            "Appointment confirmed",
            "Mailing Address Valid",
            "Welcome Email Sent",
            "Emails opened (6mo)",
            "Promo code used",
        ),
        *("Partner offers", "Email is primary", "Business email", "Email invoice", "Offer Accepted", "Email bounces"),
        *("Newsletter author", "Sent Abandoned Cart Email?", "When did you sign up by email?", "Print newsletter"),
        *("May we contact your employer?", "Hear about us - Friend", "Contact me about volunteering", "Email on file"),
        *("Consent form signed", "Confirmed by organizer", "Other email"),
        *("Job offer", "Address valid", "Emailed receipt", "Email Reminders", "Donation Receipts Opt-In", "Email Open"),
        *(
            "Show Email",
            "Would you like to receive emails from our sponsors?",
            "Receive Printed Newsletter",
            "Email login",
        ),
        *("I agree to receive third party offers", "YouTube subscriber", "Telehealth consent", "Rewards opt in"),
    ],
)
@pytest.mark.parametrize(("no", "yes"), [("No", "Yes"), ("0", "1")])
def test_another_question_keeps_nobody_out(heading: str, no: str, yes: str) -> None:
    assert len(_kept(heading, no, yes)) == 3


@pytest.mark.parametrize("heading", ["Newsletter for non-profits", "Non-member newsletter"])
def test_a_newsletter_for_those_who_are_not_something_is_one(heading: str) -> None:
    assert _kept(heading, "No", "Yes") == ["p1@example.com", "last@example.com"]


@pytest.mark.parametrize("cheque", ["Bounced cheque", "Bounced check", "Bad Mailing Address"])
def test_what_bounced_was_no_mail(cheque: str) -> None:
    assert len(_kept(cheque, "Yes", "No")) == 3


@pytest.mark.parametrize(
    "state",
    ["bouncing", "Transactional Only", "Temp Hold", "Error", "Refused", "Suspended", "Restricted", "Bad Address"],
)
def test_a_state_of_email_that_means_nothing_elsewhere(state: str) -> None:
    """In a column that says it is about email; an order that failed says nothing of it."""
    assert _kept("Email status", state, "Subscribed") == ["p1@example.com", "last@example.com"]
    assert len(_kept("Order state", state, "Paid")) == 3


def test_beside_a_state_that_leaves_no_doubt_the_others_are_states_too() -> None:
    """And a column of which one cell says no is no list of states by that."""
    assert _kept("Type", "active", "unsubscribed", "junk", "unconfirmed") == ["p0@example.com", "last@example.com"]
    assert len(_kept("Solicit codes", "No phone calls", "No email; No mail", "Newsletter")) == 3


def test_what_failed_beside_amounts_is_a_payment() -> None:
    cleaned = _clean("email,Amount,Currency,Status\na@example.com,10,usd,Paid\nb@example.com,10,usd,Failed\n")
    assert cleaned.kept_count == 2


def test_a_state_is_told_from_a_country_by_its_words() -> None:
    """In Italian both are *stato*."""
    states = _clean(
        "Email;Nome;Stato\na@example.com;Anna;Iscritto\nb@example.com;Bo;Disiscritto\nc@example.com;Ca;In attesa\n"
    )
    assert states.kept["email"].tolist() == ["a@example.com"]
    assert "Iscritto" not in str(states.kept.to_dict())
    countries = _clean("Email;Nome;Stato\na@example.com;Anna;Italia\nb@example.com;Bo;Francia\n")
    assert countries.kept["country"].tolist() == ["Italia", "Francia"]


@pytest.mark.parametrize(
    "label",
    ["Unsubscribed ::: * myContacts", "Unsubscribed 3/4/2024", "Please unsubscribe", "no emails please", "unsub"],
)
def test_a_label_that_can_mean_nothing_else(label: str) -> None:
    assert _kept("Labels", "* myContacts", label) == ["p0@example.com", "last@example.com"]


@pytest.mark.parametrize(
    "whose", ["Salesperson Email", "Assigned To Email", "Advisor Email", "Wife's Email", "Instructor Email"]
)
def test_nobody_is_written_to_at_somebody_elses_address(whose: str) -> None:
    cleaned = _clean(f"Name,Email,{whose}\nAnn Lee,ann@example.com,rep@example.org\nBo Ray,,rep@example.org\n")
    assert cleaned.kept["email"].tolist() == ["ann@example.com"]


def test_who_was_invited_is_the_person() -> None:
    """And not the user whose calendar it is."""
    rows = "olga@example.org,ann@example.com,Ann Lee\nolga@example.org,bo@example.com,Bo Ray\n"
    cleaned = _clean(f"User Email,Invitee Email,Invitee Name\n{rows}")
    assert cleaned.kept[["email", "first_name"]].to_numpy().tolist() == [
        ["ann@example.com", "Ann"],
        ["bo@example.com", "Bo"],
    ]


@pytest.mark.parametrize(
    ("heading", "written", "month", "day"),
    [
        ("Birthday", "05.06.1980", "6", "5"),
        ("Geburtstag", "05/06/1980", "6", "5"),
        ("Date de naissance", "05/06/1980", "6", "5"),
        ("Birthday", "05/06/1980", "5", "6"),
    ],
)
def test_dots_and_a_language_say_that_the_day_comes_first(heading: str, written: str, month: str, day: str) -> None:
    """Where no cell of the column can tell."""
    cleaned = _clean(f"email,{heading}\na@example.com,{written}\n")
    assert cleaned.kept[["birthday_month", "birthday_day"]].to_numpy().tolist() == [[month, day]]


def test_a_column_whose_cells_show_the_month_first_stays_so() -> None:
    cleaned = _clean("email,Birthday\na@example.com,05.06.1980\nb@example.com,05.25.1980\nc@example.com,06.30.1980\n")
    assert cleaned.kept["birthday_month"].tolist() == ["5", "5", "6"]


@pytest.mark.parametrize("heading", ["First and Last Name", "Your first and last name", "Name (First and Last)"])
def test_one_column_for_both_names(heading: str) -> None:
    cleaned = _clean(f"email,{heading}\na@example.com,Ann Lee\n")
    assert cleaned.kept[["first_name", "last_name"]].to_numpy().tolist() == [["Ann", "Lee"]]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        *(("bounced.csv", "bounced"), ("my-list-unsubscribed.csv", "unsubscribed"), ("Opt-outs 2026.csv", "opt-outs")),
        *(
            ("Do Not Email list.csv", "do not email"),
            ("export_bounces_2026.csv", "bounces"),
            ("abmeldungen.csv", "abmeldungen"),
        ),
        *(("list without unsubscribed.csv", ""), ("subscribed and unsubscribed.csv", ""), ("cleaned contacts.csv", "")),
        *(("invalid_emails.csv", "invalid_emails"), ("hardbounces.csv", "hardbounces"), ("DNC list.csv", "dnc")),
        *(("email-optout.csv", "optout"), ("uitgeschreven.csv", "uitgeschreven"), ("thunderbird-unsub-notes.csv", "")),
        *(("trebounced.csv", ""), ("désabonnés.csv", "désabonnés"), ("bounced-removed.csv", "")),
    ],
)
def test_a_files_name_says_that_everybody_left(name: str, left: str) -> None:
    """Wherever the word stands; and not when it says that they are not in it."""
    assert left_by_name(name) == left


def test_a_column_outdoes_a_word_in_the_middle_of_a_files_name() -> None:
    """Where the file itself says who left, its name need not."""
    told = read_bytes(b"email,Opted out\na@example.com,Yes\nb@example.com,No\n", "who-opted-out.csv")
    assert clean(told, progress=False).kept["email"].tolist() == ["b@example.com"]
    with pytest.raises(ContactFileError, match="by its name a file of people who must not be written to"):
        clean(read_bytes(b"email,name\na@example.com,Ann\n", "who-opted-out.csv"), progress=False)


def test_a_no_among_other_answers_is_asked_about() -> None:
    """Where the heading names email it keeps out; elsewhere only a person can tell."""
    assert _kept("May we contact you by email?", "No", "Only about events") == ["p1@example.com", "last@example.com"]
    rows = "a@example.com,Yes\nb@example.com,No\nc@example.com,Sometimes\n"
    assert [each.heading for each in _clean(f"email,May we contact you?\n{rows}").questions] == ["May we contact you?"]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("RSVP", ("Accepted", "Declined", "Bounced")),
        ("Membership", ("Active", "Expired", "Unsubscribed")),
    ],
)
def test_one_address_that_bounced_makes_no_states_of_an_invitation(heading: str, cells: tuple[str, ...]) -> None:
    assert _kept(heading, *cells) == ["p0@example.com", "p1@example.com", "last@example.com"]


@pytest.mark.parametrize(
    ("heading", "cell"), [("Email permission", "Unrestricted"), ("Newsletter", "Yes (removed from print)")]
)
def test_a_part_of_a_word_is_not_the_word(heading: str, cell: str) -> None:
    assert "p0@example.com" in _kept(heading, cell, "Yes", "No")


def test_norway_is_no_no() -> None:
    cleaned = _clean("Email;Nome;Stato\na@example.com;Anna;NO\nb@example.com;Bo;SI\n")
    assert cleaned.kept["country"].tolist() == ["NO", "SI"]


def test_somebody_elses_address_counts_where_there_is_no_other() -> None:
    cleaned = _clean("Name,Instructor Email\nAnn Lee,ann@example.com\n")
    assert cleaned.kept["email"].tolist() == ["ann@example.com"]


def test_one_cell_that_shows_the_month_first_outdoes_the_dots() -> None:
    cleaned = _clean("email,Birthday\na@example.com,05.06.1980\nb@example.com,04.03.1981\nc@example.com,05.25.1980\n")
    assert cleaned.kept[["birthday_month", "birthday_day"]].to_numpy().tolist() == [["5", "6"], ["4", "3"], ["5", "25"]]


@pytest.mark.parametrize(
    ("heading", "no", "yes"),
    [
        ("Marketing Permissions", "None", "Email"),
        ("Marketing preferences", "SMS", "Email, SMS"),
        ("Communication preference", "None", "Email, SMS"),
        ("Preferred contact method", "No contact", "Phone"),
        ("How may we contact you?", "Please do not contact me", "Email and post"),
        ("Email frequency", "Never", "Weekly"),
    ],
)
def test_whom_no_way_reaches_is_kept_out(heading: str, no: str, yes: str) -> None:
    """Beside the ways to reach somebody, or how often, a none is an answer; elsewhere it is no answer."""
    assert _kept(heading, no, yes) == ["p1@example.com", "last@example.com"]
    assert len(_kept("Newsletter topic", "None", "Gardens")) == 3
    assert _kept("Opt out communication channels", "Email", "") == ["p1@example.com", "last@example.com"]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("How did you contact us", ("None", "Email")),
        ("Emergency contact method", ("None", "Phone")),
        ("Preferred contact time", ("None", "Any")),
        ("Preferred contact method", ("None", "Email")),
        ("Lead status", ("No contact", "Email sent")),
        ("Emergency contact", ("No contact", "Mother")),
        ("Lead quality", ("bad", "risky", "good")),
        ("Application status", ("rejected", "accepted")),
        ("How often do you check your email?", ("Never", "Daily")),
        ("Signed up for conference on website", ("No", "Yes")),
        ("Are you receiving Medicare information", ("No", "Yes")),
        ("Can be emailed receipts", ("No", "Yes")),
        ("Add me to the waiting list", ("No", "Yes")),
        ("Notify me of replies", ("No", "Yes")),
        ("Happy to be contacted by press", ("No", "Yes")),
        ("Not given", ("No", "Yes")),
        ("Abuse", ("Yes", "No")),
        ("Spam", ("12", "3", "0")),
        ("State Code", ("NO", "NO")),
        ("DND", ("Mon-Fri", "after 9pm")),
        ("Preferred Communication Channel", ("Phone", "Email")),
    ],
)
def test_a_question_on_something_else_keeps_nobody_out(heading: str, cells: tuple[str, ...]) -> None:
    assert len(_kept(heading, *cells)) == len(cells) + 1


def test_what_a_check_of_addresses_found() -> None:
    """Whatever the column is called; "do not mail" by itself may be about the post."""
    for heading in ("ZB Status", "Result", "Email Status"):
        assert _kept(heading, "valid", "invalid", "do_not_mail", "catch-all", "spamtrap") == [
            *("p0@example.com", "p3@example.com", "last@example.com")
        ]
    assert len(_kept("Contact type", "Do not mail", "")) == 3
    assert len(_kept("Result", "valid", "invalid")) == 3  # of what?


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "DO NOT EMAIL - call only",
            "Please do not e-mail her.",
            "Stop emailing me",
            "remove from mailing list",
            "DNC",
        ),
        *("Asked to be removed from the list", "doesn't want any emails", "opted out of emails 3/24", "Deceased"),
    ],
)
def test_a_note_says_it_in_a_phrase(cell: str) -> None:
    """Among other words; that there is no address, or when a mail is welcome, says nothing of it."""
    assert _kept("Notes", cell, "likes roses", "no email address") == [f"p{n}@example.com" for n in (1, 2)] + [
        "last@example.com"
    ]
    assert len(_kept("Notes", "Do not email before May", "No email on file", "emailed in June")) == 4
    harmless = (
        *("do not email invoices", "doesn't want emails from sponsors", "asked to be removed from the waiting list"),
        *("Name taken from mailing list", "don't email me at work, use this address", "I don't email much"),
        *(
            "removed from list in error, add back",
            "husband asked to be removed from list",
            "do not email Bob, email Ann",
        ),
    )
    assert len(_kept("Notes", *harmless)) == len(harmless) + 1


@pytest.mark.parametrize(
    ("headings", "cells"),
    [
        ("EmailAddress,Reason,LastUpdateTime", ("BOUNCE,2026", "COMPLAINT,2026")),
        ("recipient,type,source,description", ("non_transactional,Spam Complaint,", "non_transactional,Bounce Rule,")),
        ("address,code,error", ("550,No such mailbox", "552,Full")),
        ("email,reason,status,created", ("550 5.1.1 user unknown,5.1.1,1", "554 5.7.1 refused,5.7.1,1")),
    ],
)
def test_a_list_of_those_who_cannot_be_written_to(headings: str, cells: tuple[str, ...]) -> None:
    """As services that send mail export them: each row says why. Among other words a reason is none."""
    rows = "".join(f"p{number}@example.com,{cell}\n" for number, cell in enumerate(cells))
    assert _clean(f"{headings}\n{rows}").kept_count == 0
    for heading in ("Reason", "Description", "Event"):
        assert len(_kept(heading, "bounce house party", "Bounce night")) == 3
        assert len(_kept(heading, "500 reams of paper", "450 widgets")) == 3


@pytest.mark.parametrize("headings", ["address,tags,created_at", "ip,email,created"])
def test_a_list_of_those_who_left_that_only_its_headings_tell(headings: str) -> None:
    with pytest.raises(ContactFileError, match="who must not be written to"):
        _clean(f"{headings}\na@example.com,b@example.com,2026-01-01\n")


def test_a_status_beside_an_answer_is_about_something_else() -> None:
    """Of a membership, an order or a guest; alone it may be about mail."""
    cleaned = _clean("email,Status,Email opt in\na@example.com,Expired,Yes\nb@example.com,Active,No\n")
    assert cleaned.kept["email"].tolist() == ["a@example.com"]
    assert _kept("Status", "Expired", "Active") == ["p1@example.com", "last@example.com"]
    both = _clean("email,Status,Confirmed\na@example.com,Inactive,Yes\nb@example.com,Active,Yes\n")
    assert both.kept["email"].tolist() == ["b@example.com"]  # nothing says that it is about something else


def test_sheets_of_those_who_left(tmp_path: Path) -> None:
    """They are read after all others, whoever is on them is kept out, and one alone is not imported."""
    import openpyxl

    def workbook(**sheets: list[str]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, addresses in sheets.items():
            sheet = book.create_sheet(title.replace("_", " "))
            for row in [["Name", "Email"], *(["Ann", address] for address in addresses)]:
                sheet.append(row)
        book.save(path := tmp_path / "people.xlsx")
        return path

    cleaned = clean(
        workbook(Unsubscribed=["b@example.com"], Contacts=["a@example.com", "B@example.com"]), progress=False
    )
    assert cleaned.kept["email"].tolist() == ["a@example.com"]
    assert cleaned.rejected["reason"].tolist() == [
        "must not be written to (the sheet 'Unsubscribed' says so of this address)"
    ]
    with pytest.raises(
        ContactFileError, match="Do not email is by its name a sheet of people who must not be written to"
    ):
        clean(workbook(Do_not_email=["a@example.com"]), progress=False)


@pytest.mark.parametrize("cell", ["Unsubscribers", "Bounced emails", "Please do not contact me"])
def test_a_group_of_those_who_left(cell: str) -> None:
    assert _kept("Group", cell, "Friends") == ["p1@example.com", "last@example.com"]


def test_codes_of_a_program_that_writes_codes() -> None:
    """The Newsletter Plugin's states are letters, and AcyMailing's people have to be enabled and to accept mail."""
    plugin = _clean(
        '"Email";"First name";"Last name";"Gender";"Status";"Date";"Token"\n'
        + "".join(f'"{state.lower()}@example.com";"Ann";"Lee";"n";"{state}";"2026-01-01";"t"\n' for state in "CUSBP")
    )
    assert plugin.kept["email"].tolist() == ["c@example.com"]
    acymailing = _clean(
        "name,email,confirmed,enabled,accept,html,Vorname\n"
        "Ann,a@example.com,1,1,1,1,Ann\nBo,b@example.com,1,0,1,1,Bo\nCy,c@example.com,1,1,0,1,Cy\nDi,d@example.com,0,1,1,1,Di\n"
    )
    assert acymailing.kept[["email", "first_name"]].to_numpy().tolist() == [["a@example.com", "Ann"]]
    words = _clean("Email,Gender,Status,Token\na@example.com,f,Unsubscribed,t\nb@example.com,f,Confirmed,t\n")
    assert words.kept["email"].tolist() == ["b@example.com"]


def test_a_category_of_a_card_says_it_by_itself() -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:{0}\nEMAIL:{0}@example.com\nCATEGORIES:{1}\nEND:VCARD\n"
    cards = card.format("ann", "Friends,Do Not Email") + card.format("ben", "Friends,Work")
    cleaned = clean(read_bytes(cards.encode(), "people.vcf"), progress=False)
    assert cleaned.kept["email"].tolist() == ["ben@example.com"]


def test_a_deleted_record_of_salesforce_is_kept_out() -> None:
    cleaned = _clean(
        "Id,IsDeleted,LastName,FirstName,Email,HasOptedOutOfEmail\n1,false,Lee,Ann,ann@example.com,false\n"
        "2,true,Ray,Bo,bo@example.com,false\n"
    )
    assert cleaned.kept["email"].tolist() == ["ann@example.com"]


def test_addresses_under_a_heading_that_has_another_use() -> None:
    """A list of Mailgun's: `address` holds those of email, and nothing of the post."""
    cleaned = _clean("address,name,subscribed,vars\nann@example.com,Ann Lee,yes,{}\nbo@example.com,Bo Ray,no,{}\n")
    assert cleaned.kept["email"].tolist() == ["ann@example.com"]
    assert "street" not in cleaned.kept


@pytest.mark.parametrize(
    ("heading", "left", "stayed"),
    [("Статус", "Отписался", "Подписан"), ("Статус", "unsubscribed", "Активный"), ("配信停止", "はい", "いいえ")],
)
def test_who_left_in_other_letters(heading: str, left: str, stayed: str) -> None:
    assert _kept(heading, left, stayed) == ["p1@example.com", "last@example.com"]
    assert len(_kept("Статус", "Оплачен", "Отменён")) == 3  # an order's
