from __future__ import annotations

import pytest
from django.utils import translation

from apps.applications.enums import ApplicationState
from apps.notifications.enums import NotificationKind
from apps.notifications.models import Notification
from apps.notifications.presenters import notification_frames, present_notifications
from apps.notifications.tests.factories import NOON

NAMES = {"job": "Kế toán 100%", "company": "Đại Việt", "candidate": "Trần Thị Bình"}
APPLICATION_ID = "01234567-89ab-7cde-8f01-23456789abcd"

SENTENCES = [
    (
        NotificationKind.APPLICATION_SUBMITTED,
        None,
        "Trần Thị Bình has applied for “Kế toán 100%”.",
        "Trần Thị Bình vừa ứng tuyển vào vị trí “Kế toán 100%”.",
    ),
    (
        NotificationKind.APPLICATION_SEEN,
        None,
        "Đại Việt has viewed your application for “Kế toán 100%”.",
        "Đại Việt đã xem đơn ứng tuyển của bạn vào vị trí “Kế toán 100%”.",
    ),
    (
        NotificationKind.APPLICATION_WITHDRAWN,
        None,
        "Trần Thị Bình has withdrawn the application for “Kế toán 100%”.",
        "Trần Thị Bình đã rút đơn ứng tuyển vào vị trí “Kế toán 100%”.",
    ),
    (
        NotificationKind.APPLICATION_MOVED,
        "INTERVIEW",
        "Đại Việt would like to interview you for “Kế toán 100%”.",
        "Đại Việt muốn mời bạn phỏng vấn vị trí “Kế toán 100%”.",
    ),
    (
        NotificationKind.RECRUITER_REJECTED,
        None,
        "Your recruiter account has not been approved.",
        "Tài khoản nhà tuyển dụng của bạn không được duyệt.",
    ),
]


def row(kind, state=None) -> Notification:
    params = NAMES if state is None else {**NAMES, "state": state}
    return Notification(
        kind=kind,
        params=params,
        target_type="application",
        target_id=APPLICATION_ID,
        occurred_at=NOON,
    )


@pytest.mark.parametrize(("kind", "state", "english", "vietnamese"), SENTENCES)
def test_says_what_happened_in_both_languages(kind, state, english, vietnamese):
    for language, sentence in (("en", english), ("vi", vietnamese)):
        with translation.override(language):
            (shown,) = present_notifications([row(kind, state)])
        assert (shown["description"], shown["message"]) == (sentence, sentence)


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_has_words(kind):
    state = "OFFER" if kind == NotificationKind.APPLICATION_MOVED else None
    with translation.override("en"):
        (english,) = present_notifications([row(kind, state)])
    with translation.override("vi"):
        (vietnamese,) = present_notifications([row(kind, state)])

    assert english["kind"] == vietnamese["kind"] == kind
    assert english["verb"] != vietnamese["verb"]
    assert english["description"] != vietnamese["description"]


def test_every_state_that_the_company_moves_to_has_words():
    reached = set(ApplicationState) - {ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}

    said = {
        present_notifications([row(NotificationKind.APPLICATION_MOVED, state.value)])[0]["message"]
        for state in reached
    }

    assert len(said) == len(reached)


def test_a_frame_is_plain_and_in_the_language_of_its_reader():
    unread = row(NotificationKind.APPLICATION_SEEN)

    (frame,) = notification_frames([unread], language="en")

    assert frame == {
        "type": "notification",
        "id": str(unread.pk),
        "kind": "application_seen",
        "verb": "viewed your application",
        "description": "Đại Việt has viewed your application for “Kế toán 100%”.",
        "message": "Đại Việt has viewed your application for “Kế toán 100%”.",
        "target": {"type": "application", "id": APPLICATION_ID},
        "is_read": False,
        "created_at": "2026-11-22T12:00:00+07:00",
    }
    assert type(frame["target"]) is dict
