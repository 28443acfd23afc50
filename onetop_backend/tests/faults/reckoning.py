"""The reckoning after the faults: everything that was accepted is there, and nothing is there twice."""

from __future__ import annotations

from collections import Counter
from email import message_from_string

from onetop_backend.tests.faults.conftest import Platform
from onetop_backend.tests.faults.hiring import CREDITS, Hire

ARRIVAL = ("welcome", "verify_email")
"""The mails that everybody gets who registers."""


def reckon(platform: Platform, hires: list[Hire], *, repeats: int) -> None:
    """Compare rows, ledger, trail and delivered mails with what was answered; at most so many mails came twice."""
    platform.settle()
    for each in hires:
        hired_once(platform, each)
        told_once(platform, each)
        recorded_once(platform, each)
    delivered = Counter(message_ids(platform))
    written = platform.ask("SELECT message_id, state FROM core_mail")
    assert {state for _, state in written} == {"sent"}
    assert set(delivered) == {message_id for message_id, _ in written}
    assert sum(delivered.values()) - len(delivered) <= repeats
    assert max(delivered.values()) <= 2


def hired_once(platform: Platform, each: Hire) -> None:
    """The posting, the application with its steps and its CV, and the credits."""
    assert platform.ask("SELECT state FROM jobs_job WHERE id = %s", each.job) == [("PUBLISHED",)]
    assert platform.ask(
        "SELECT id::text, state FROM applications_application WHERE candidate_id = %s",
        each.candidate_id,
    ) == [(each.application, "INTERVIEW")]
    steps = platform.ask(
        "SELECT kind FROM applications_event WHERE application_id = %s ORDER BY version",
        each.application,
    )
    assert [kind for (kind,) in steps] == ["submitted", "moved"]
    [(path, size)] = platform.ask(
        "SELECT f.path, f.size FROM core_stored_file f"
        " JOIN applications_application a ON a.cv_id = f.id WHERE a.id = %s",
        each.application,
    )
    assert (platform.stack.state / "media" / path).stat().st_size == size
    [(balance,)] = platform.ask(
        "SELECT balance FROM payments_credit_account WHERE company_id = %s", each.company
    )
    entries = platform.ask(
        "SELECT delta FROM payments_credit_entry WHERE account_id = %s ORDER BY seq", each.company
    )
    assert (balance, [delta for (delta,) in entries]) == (CREDITS - 1, [CREDITS, -1])


def told_once(platform: Platform, each: Hire) -> None:
    """The notifications of both, and the mails to both."""
    for person, kinds in (
        (each.recruiter_id, ["recruiter_approved", "application_submitted"]),
        (each.candidate_id, ["application_moved"]),
    ):
        told = platform.ask(
            "SELECT seq, kind FROM notifications_notification WHERE recipient_id = %s ORDER BY seq",
            person,
        )
        assert sorted(kind for _, kind in told) == sorted(kinds)
        assert [seq for seq, _ in told] == list(range(1, len(kinds) + 1))
    for address, kinds in (
        (each.recruiter, [*ARRIVAL, "recruiter_approved", "application_submitted"]),
        (each.candidate, [*ARRIVAL, "application_moved"]),
    ):
        mails = platform.ask(
            "SELECT split_part(dedupe_key, ':', 1) FROM core_mail WHERE \"to\" = %s", address
        )
        assert sorted(kind for (kind,) in mails) == sorted(kinds)


def recorded_once(platform: Platform, each: Hire) -> None:
    """One entry of the trail for each change."""
    for subject, verbs in (
        (each.recruiter_id, {"registered", "approved"}),
        (each.candidate_id, {"registered"}),
        (each.job, {"created", "published"}),
        (each.application, {"submitted", "moved"}),
    ):
        found = platform.ask(
            "SELECT verb FROM core_audit WHERE subject_id = %s AND kind = 'change'", subject
        )
        counted = Counter(verb for (verb,) in found if verb != "mailed")
        assert counted == dict.fromkeys(verbs, 1)


def message_ids(platform: Platform) -> list[str]:
    """Return the Message-ID of every mail that the stack delivered."""
    found = []
    for file in (platform.stack.state / "mail").glob("*"):
        for text in file.read_text(encoding="utf-8").split("-" * 79 + "\n"):
            if text.strip():
                found.append(str(message_from_string(text)["Message-ID"]))
    return found
