"""A class: an account for each, progress by the exercises' own checks, accounts that begin anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cctoolkit.errors import SandboxError, SettingsError
from cctoolkit.sandbox import Sandbox
from cctoolkit.workshop.classroom import SETTLING, Classroom
from cctoolkit.workshop.names import printable, read_names, seat_names
from tests import marks
from tests.workshop.conftest import Class


@pytest.mark.both
def test_participants_do_not_see_each_other(start_class: Callable[..., Class]) -> None:
    """Each of thirty writes into an account of their own; nobody finds another's list or contact."""
    count = 30 if marks.all_examples else 6
    running = start_class(count)
    owners = set()
    for number in range(1, count + 1):
        with running.client(number) as client:
            client.lists.create(f"List of {number}")
            owners.add(client.account.summary()["contact_email"])
    assert len(owners) == count
    for number in range(1, count + 1):
        with running.client(number) as client:
            assert {entry["name"] for entry in client.lists.iter()} == {"General Interest", f"List of {number}"}
            assert client.contacts.count() == 1
    assert len({participant.code for participant in running.classroom.participants}) == count


def test_progress_is_what_the_checks_say(start_class: Callable[..., Class]) -> None:
    """For the one who did something, and for nobody else."""
    running = start_class(2)
    assert running.done(2) == []
    with running.client(2) as client:
        client.lists.create("Spring market")
    assert running.done(2) == [1, 3]
    assert running.done(1) == []


def test_an_account_where_nothing_happens_is_not_read_again(start_class: Callable[..., Class]) -> None:
    """Thirty idle participants cost the trainer's machine nothing."""
    running = start_class(2)
    running.done(1)
    running.sandbox.faults.add("500", 100, path="/v3")
    running.now[0] += SETTLING * 2
    assert "could not look" not in running.classroom.rows()[0].verdicts[2].words
    assert running.sandbox.faults.pending()[0]["count"] == 100


def test_what_goes_on_by_itself_is_seen(start_class: Callable[..., Class]) -> None:
    """An account is looked at again for a while after its last request, and then no more."""
    running = start_class(1)
    with running.client(1) as client:
        client.lists.create("Spring market")
    assert running.done(1) == [1, 3]
    with running.sandbox.database.write() as connection:  # what nobody asked for, as an activity does it
        connection.execute("UPDATE contact_lists SET name = 'Rejected: 4' WHERE name = 'Spring market'")
    assert running.done(1) == [1, 4]


def test_when_somebody_was_last_seen(start_class: Callable[..., Class]) -> None:
    """In seconds; a refused token is nobody."""
    running = start_class(1)
    assert running.classroom.rows()[0].seen is None
    with running.client(1) as client:
        client.account.summary()
    running.now[0] += 90
    assert running.classroom.rows()[0].seen == 90


def test_an_impatient_look_leaves_the_rest_for_the_next(start_class: Callable[..., Class]) -> None:
    """Those that were waiting longest come first."""
    running = start_class(3)
    ticking = iter(range(1_000)).__next__
    classroom = Classroom(running.sandbox.description(), ["a", "b", "c"], Path(), clock=ticking)
    looked_at = [[row.verdicts[1].words != "not looked at yet" for row in classroom.rows(1.5)] for _ in range(3)]
    assert looked_at == [[True, False, False], [True, True, False], [True, True, True]]
    classroom.close()


def test_one_account_is_made_new_again(start_class: Callable[..., Class]) -> None:
    """Its tokens stay valid, and the others keep what they have."""
    running = start_class(2)
    for number in (1, 2):
        with running.client(number) as client:
            client.lists.create("Spring market")
    running.classroom.reset(running.classroom.participants[0])
    assert running.done(1) == [1]
    assert running.done(2) == [1, 3]
    with running.client(1) as client:
        assert client.contacts.count() == 1


def test_a_reset_without_a_sandbox_is_said(start_class: Callable[..., Class]) -> None:
    """With what to do next."""
    running = start_class(1)
    running.sandbox.stop()
    with pytest.raises(SandboxError, match="start it again"):
        running.classroom.reset(running.classroom.participants[0])
    running.sandbox._thread = None  # stopped


def test_slips_outlive_a_restart_of_the_same_file(new_account: Path, tmp_path: Path) -> None:
    """And belong to no other file's accounts."""
    codes = []
    for path in (tmp_path / "one.db", tmp_path / "one.db", tmp_path / "two.db"):
        with Sandbox(db=path, accounts=3) as sandbox:
            classroom = Classroom(sandbox.description(), ["a", "b", "c"], tmp_path)
            codes.append([participant.code for participant in classroom.participants] + [classroom.trainer_code])
            classroom.close()
    assert codes[0] == codes[1]
    assert not set(codes[0]) & set(codes[2])


def test_a_code_is_known_however_it_is_typed(start_class: Callable[..., Class]) -> None:
    """In capitals, without the hyphen; and no other is."""
    classroom = start_class(2).classroom
    participant = classroom.participants[1]
    typed = participant.code.upper().replace("-", " ")
    assert classroom.of_code(typed) is participant
    assert classroom.of_code(participant.code[:-1]) is None
    assert classroom.of_code("") is None
    assert participant.code not in repr(participant)


def test_progress_survives_a_token_of_yesterday(start_class: Callable[..., Class]) -> None:
    """A workshop of several days signs in again by itself."""
    running = start_class(1)
    running.done(1)
    running.sandbox.clock.advance(2 * 86_400)
    with running.client(1) as client:
        client.lists.create("Spring market")
    assert running.done(1) == [1, 3]


def test_names_of_a_file(tmp_path: Path) -> None:
    """A name a line, blanks around it and empty lines left out, a mark of Windows too."""
    path = tmp_path / "names.txt"
    path.write_bytes("\ufeffAna\r\n\r\n  محمد الطيب \r\nعلی‌رضا\r\n".encode())
    assert read_names(path) == ["Ana", "محمد الطيب", "علی‌رضا"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot be read"),
        (b"\n \n", "names nobody"),
        (b"Ana\nana\n", "names ana twice"),
        (b"\xff\xfeA\x00", "no text in UTF-8"),
    ],
)
def test_a_file_of_names_that_cannot_be_used(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    """One sentence, with what to change."""
    path = tmp_path / "names.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=sentence):
        read_names(path)


def test_hostile_names_lose_what_moves_a_terminal() -> None:
    """Escape sequences, line breaks and marks of direction; what is visible stays, up to a length."""
    assert printable("Eve\x1b[2J\r\n\u202egnp.exe") == "Eve [2J gnp.exe"
    assert len(printable("x" * 500)) == 80


def test_how_many_take_part() -> None:
    """Given names first, then numbers."""
    assert seat_names(3, ["Ana"]) == ["Ana", "Participant 02", "Participant 03"]
    assert seat_names(None, ["Ana"]) == ["Ana"]
    for participants, names in ((None, []), (1, ["Ana", "Ben"]), (1_001, [])):
        with pytest.raises(SettingsError):
            seat_names(participants, names)
