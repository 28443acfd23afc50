"""What is done to accounts, passwords and sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group

from apps.users.enums import SecurityChange, UserType
from apps.users.errors import (
    AccountPendingApproval,
    InvalidCredentials,
    InvalidToken,
    WrongCode,
)
from apps.users.services import (
    accounts,
    approvals,
    changes,
    credentials,
    emails,
    passwords,
    sessions,
    tokens,
)
from onetop_backend.tests.house.deeds.shape import Deed, as_
from onetop_backend.tests.house.world import World

NEW_PASSWORD = "a-long-passphrase-7"


def refresh_token(world: World) -> Any:
    return tokens.find_refresh_token(token=world.sessions["candidate"].refresh)


USERS: dict[str, Deed] = {
    "accounts.register": Deed(
        lambda w: accounts.register(
            email="somebody@example.vn",
            password=NEW_PASSWORD,
            full_name="Hoàng Thị Mai",
            user_type=UserType.CANDIDATE,
            now=w.now,
        ),
        "registered",
    ),
    "accounts.register_with_provider": Deed(
        lambda w: accounts.register_with_provider(
            email="somebody@example.vn",
            full_name="Hoàng Thị Mai",
            email_verified=True,
            provider="Google",
            now=w.now,
        ),
        "registered",
    ),
    "changes.note_change": Deed(
        lambda w: changes.note_change(
            **as_(w, "candidate"), change=SecurityChange.FACTOR_ADDED, kind="TOTP"
        ),
        "factor_added",
    ),
    "changes.note_key_used": Deed(
        lambda w: changes.note_key_used(actor=w.people["candidate"]), "key_used"
    ),
    "emails.ask_again": Deed(
        lambda w: emails.ask_again(actor=w.guarded, now=w.now), "email_verification_requested"
    ),
    "emails.note_verified": Deed(
        lambda w: emails.note_verified(user_id=w.guarded.pk, email=w.guarded.email),
        "email_verified",
    ),
    "accounts.create_account": Deed(
        lambda w: accounts.create_account(
            **as_(w, "staff"),
            email="somebody@example.vn",
            password=NEW_PASSWORD,
            full_name="Hoàng Thị Mai",
            user_type=UserType.RECRUITER,
        ),
        "created",
    ),
    "accounts.update_profile": Deed(
        lambda w: accounts.update_profile(**as_(w, "candidate"), phone_number="0912345678"),
        "updated",
        idle_again=True,
    ),
    "accounts.correct_account": Deed(
        lambda w: accounts.correct_account(
            **as_(w, "staff"), user_id=w.people["candidate"].pk, full_name="Tên Khác"
        ),
        "corrected",
        idle_again=True,
    ),
    "accounts.set_staff_rights": Deed(
        lambda w: accounts.set_staff_rights(
            **as_(w, "staff"),
            user_id=w.people["recruiter"].pk,
            is_staff=True,
            group_ids=[Group.objects.get_or_create(name="Hỗ trợ")[0].pk],
        ),
        "rights_changed",
        idle_again=True,
    ),
    "accounts.deactivate": Deed(
        lambda w: accounts.deactivate(**as_(w, "staff"), user_id=w.people["candidate"].pk),
        "deactivated",
    ),
    "accounts.reactivate": Deed(
        lambda w: accounts.reactivate(**as_(w, "staff"), user_id=w.people["candidate"].pk),
        "reactivated",
        before=lambda w: accounts.deactivate(**as_(w, "staff"), user_id=w.people["candidate"].pk),
    ),
    "approvals.approve_recruiter": Deed(
        lambda w: approvals.approve_recruiter(
            **as_(w, "staff"), user_id=w.people["pending_recruiter"].pk
        ),
        "approved",
    ),
    "approvals.reject_recruiter": Deed(
        lambda w: approvals.reject_recruiter(**as_(w, "staff"), user_id=w.people["recruiter"].pk),
        "rejected",
    ),
    "credentials.prove_password": Deed(
        lambda w: credentials.prove_password(
            email=w.people["candidate"].email, password="not the password", ip="127.0.0.1"
        ),
        "login_failed",
        refused=InvalidCredentials,
    ),
    "credentials.prove_password_again": Deed(
        lambda w: credentials.prove_password_again(
            actor=w.people["candidate"], password="not the password", ip="127.0.0.1"
        ),
        "login_failed",
        refused=InvalidCredentials,
    ),
    "credentials.prove_code": Deed(
        lambda w: credentials.prove_code(
            user=w.people["candidate"], code="123456", ip="127.0.0.1", now=w.now
        ),
        "login_failed",
        refused=WrongCode,
    ),
    "passwords.replace": Deed(
        lambda w: passwords.replace(
            **as_(w, "candidate"), session_id=None, new_password=NEW_PASSWORD
        ),
        "password_changed",
    ),
    "passwords.request_reset": Deed(
        lambda w: passwords.request_reset(
            email=w.people["candidate"].email, ip="127.0.0.1", now=w.now
        ),
        "password_reset_requested",
    ),
    "passwords.finish_reset": Deed(
        lambda w: passwords.finish_reset(
            user=w.people["candidate"], new_password=NEW_PASSWORD, now=w.now
        ),
        "password_reset",
    ),
    "sessions.admit": Deed(
        lambda w: sessions.admit(user=w.people["pending_recruiter"]),
        "login_failed",
        refused=AccountPendingApproval,
    ),
    "sessions.open_browser_session": Deed(
        lambda w: sessions.open_browser_session(
            user=w.people["candidate"], ip="127.0.0.1", user_agent="tests", now=w.now
        ),
        "logged_in",
    ),
    "sessions.open_session": Deed(
        lambda w: sessions.open_session(
            user=w.people["candidate"], ip="127.0.0.1", user_agent="tests", now=w.now
        ),
        "logged_in",
    ),
    "sessions.refresh": Deed(
        lambda w: sessions.refresh(
            token=w.sessions["candidate"].refresh, now=w.now + timedelta(minutes=1)
        ),
        "refresh_reused",
        before=lambda w: sessions.refresh(token=w.sessions["candidate"].refresh, now=w.now),
        refused=InvalidToken,
    ),
    "sessions.log_out": Deed(
        lambda w: sessions.log_out(
            session_id=w.sessions["candidate"].session.pk, refresh=None, now=w.now
        ),
        "logged_out",
        idle_again=True,
    ),
    "sessions.end_session": Deed(
        lambda w: sessions.end_session(
            **as_(w, "candidate"), session_id=w.sessions["candidate"].session.pk
        ),
        "session_ended",
    ),
    "sessions.revoke_session": Deed(
        lambda w: sessions.revoke_session(
            **as_(w, "staff"), session_id=w.sessions["candidate"].session.pk
        ),
        "session_revoked",
    ),
    "tokens.exchange": Deed(
        lambda w: tokens.exchange(row=refresh_token(w), now=w.now), "refreshed"
    ),
}
