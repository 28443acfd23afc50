from __future__ import annotations

from uuid import uuid4

import pytest

from apps.applications.enums import ApplicationState
from apps.applications.selectors import ApplicationFacts
from apps.notifications.domain.steps import TO_COMPANY, is_current, names_of
from apps.notifications.enums import NotificationKind

SUBMITTED, SEEN, INTERVIEW, OFFER, HIRED, REJECTED, WITHDRAWN = ApplicationState
Kind = NotificationKind

FACTS = ApplicationFacts(
    id=uuid4(),
    job_id=uuid4(),
    job_title="Kế toán",
    company_id=uuid4(),
    company_name="Đại Việt",
    candidate_id=uuid4(),
    candidate_name="Trần Thị Bình",
    state=INTERVIEW,
)


class TestNames:
    def test_tell_the_company_who_it_was(self):
        for kind in TO_COMPANY:
            assert names_of(kind, FACTS, None) == {
                "job": "Kế toán",
                "company": "Đại Việt",
                "candidate": "Trần Thị Bình",
            }

    def test_tell_the_candidate_where_a_move_led(self):
        assert names_of(Kind.APPLICATION_MOVED, FACTS, INTERVIEW) == {
            "job": "Kế toán",
            "company": "Đại Việt",
            "state": "INTERVIEW",
        }
        assert names_of(Kind.APPLICATION_SEEN, FACTS, None) == {
            "job": "Kế toán",
            "company": "Đại Việt",
        }


class TestCurrent:
    @pytest.mark.parametrize("present", ApplicationState)
    def test_a_new_application_is_news_until_it_is_withdrawn(self, present):
        current = is_current(Kind.APPLICATION_SUBMITTED, None, present=present)
        assert current == (present != WITHDRAWN)

    @pytest.mark.parametrize("present", ApplicationState)
    def test_a_look_is_news_until_the_next_step(self, present):
        assert is_current(Kind.APPLICATION_SEEN, None, present=present) == (present == SEEN)

    @pytest.mark.parametrize("present", ApplicationState)
    def test_a_move_is_news_while_the_application_stands_there(self, present):
        current = is_current(Kind.APPLICATION_MOVED, OFFER, present=present)
        assert current == (present == OFFER)

    def test_a_withdrawal_stays(self):
        assert is_current(Kind.APPLICATION_WITHDRAWN, None, present=WITHDRAWN)
