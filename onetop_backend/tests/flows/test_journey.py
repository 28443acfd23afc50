"""From registration to a decision, through the doors that people use, with every process running."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from onetop_backend.tests.flows.client import Person, Staff, docx, eventually, pdf
from onetop_backend.tests.flows.conftest import Stack

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

DEMO_PASSWORD = "onetop-demo-pass"
PASSWORD = "a-long-enough-secret"
DEADLINE = "2031-12-31"


@pytest.fixture
def staff(stack: Stack) -> Staff:
    return Staff(stack.url, "admin@demo.onetop.vn", DEMO_PASSWORD)


def registered(stack: Stack, email: str, name: str, user_type: str) -> dict[str, Any]:
    answer = Person(stack.url).post(
        "auth/register/",
        {"email": email, "password": PASSWORD, "full_name": name, "user_type": user_type},
    )
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


class TestHiring:
    def test_from_registration_to_a_decision(self, stack: Stack, staff: Staff):
        # Two people register; the recruiter waits for approval.
        candidate_id = registered(stack, "Binh@Example.VN", "Trần Thị Bình", "CANDIDATE")["id"]
        recruiter_id = registered(stack, "ha@example.vn", "Phạm Thu Hà", "RECRUITER")["id"]
        recruiter = Person(stack.url)
        refused = recruiter.sign_in("ha@example.vn", PASSWORD)
        assert (refused.status_code, refused.json()["code"]) == (401, "account_pending_approval")

        # Staff approve in the admin; she is told and may log in.
        approve_recruiter(staff, recruiter_id)
        eventually(
            lambda: [mail for mail in stack.mails_to("ha@example.vn") if "/login" in mail],
            "approval mail",
        )
        assert recruiter.sign_in("ha@example.vn", PASSWORD).status_code == 200

        # Company, draft, and no credit to publish with.
        company = recruiter.post(
            "companies/", {"name": "Công ty Hành Trình", "address": "Đà Nẵng"}
        ).json()
        draft = recruiter.post(
            "jobs/",
            {
                "title": "Kỹ sư Điện tử",
                "location": "da nang",
                "job_type": "FULL_TIME",
                "salary_min": 15_000_000,
                "salary_max": 20_000_000,
                "description": "Thiết kế mạch cho thiết bị đo.",
                "requirements": "Biết C++ và tiếng Anh.",
                "benefits": "Thưởng tháng 13.",
                "deadline": DEADLINE,
                "status": "DRAFT",
            },
        ).json()
        assert (draft["status"], draft["location"]) == ("DRAFT", "Đà Nẵng")
        broke = recruiter.post(f"jobs/{draft['id']}/publish/")
        assert (broke.status_code, broke.json()["code"]) == (402, "insufficient_credits")
        anonymous = Person(stack.url)
        assert anonymous.get(f"jobs/{draft['id']}/").status_code == 404

        # Staff grant credits with a reason; publishing spends one in its transaction.
        grant_credits(staff, company["id"], 3, "Welcome gift")
        published = recruiter.post(f"jobs/{draft['id']}/publish/").json()
        assert (published["status"], published["state"]) == ("PUBLISHED", "PUBLISHED")
        assert recruiter.get("auth/me/").json()["job_posting_credits"] == 2

        # Everybody finds it, typed without accents, by place and type, by id and slug.
        # The demo world has engineers too: asked for are those of this company.
        engineers = {"search": "ky su dien tu", "company": company["id"]}
        found = anonymous.get("jobs/", **engineers, place=published["place"]["code"])
        assert [job["id"] for job in found.json()["results"]] == [draft["id"]]
        other_type = anonymous.get("jobs/", **engineers, job_type="INTERNSHIP")
        assert other_type.json()["results"] == []
        assert anonymous.get(f"jobs/{published['slug']}/").json()["id"] == draft["id"]

        # The candidate applies with a PDF while the recruiter's socket is open.
        candidate = Person(stack.url)
        candidate.sign_in("binh@example.vn", PASSWORD)
        with recruiter.socket() as socket:
            applied = candidate.apply(draft["id"], "CV Trần Thị Bình.pdf", pdf())
            assert applied.status_code == 201, applied.text
            frame = socket.receive()
        application = applied.json()
        assert (frame["type"], frame["kind"]) == ("notification", "application_submitted")
        assert frame["target"] == {"type": "application", "id": application["id"]}
        assert "Trần Thị Bình" in frame["message"]
        again = candidate.apply(draft["id"], "cv.docx", docx())
        assert (again.status_code, again.json()["code"]) == (409, "already_applied")

        # She has a row and a mail, reads the CV and moves the application.
        unread = recruiter.get("notifications/", unread_only="true").json()["results"]
        assert frame["id"] in [row["id"] for row in unread]
        [mail] = eventually(
            lambda: [mail for mail in stack.mails_to("ha@example.vn") if application["id"] in mail],
            "mail about the application",
        )
        assert "Message-ID:" in mail
        listed = recruiter.get("applications/").json()["results"]
        assert [row["id"] for row in listed] == [application["id"]]
        cv = recruiter.http.get(listed[0]["cv_file"])
        assert (cv.content, cv.headers["Content-Type"]) == (pdf(), "application/pdf")
        with candidate.socket("/ws/") as socket:
            moved = recruiter.post(
                f"applications/{application['id']}/move/", {"status": "INTERVIEW_SCHEDULED"}
            )
            assert moved.status_code == 200, moved.text
            frame = socket.receive()
            while frame["kind"] != "application_moved":
                frame = socket.receive()
        assert frame["target"]["id"] == application["id"]

        # The candidate sees status and timeline, and is told.
        seen = candidate.get(f"applications/{application['id']}/").json()
        assert (seen["status"], seen["candidate"]) == ("INTERVIEW_SCHEDULED", candidate_id)
        timeline = candidate.get(f"applications/{application['id']}/timeline/").json()
        assert [step["kind"] for step in timeline] == ["submitted", "seen", "moved"]
        assert candidate.get("applications/stats/").json() == {
            "totalApplications": 1,
            "pendingApplications": 0,
            "interviews": 1,
            "offers": 0,
        }
        eventually(
            lambda: [m for m in stack.mails_to("binh@example.vn") if application["id"] in m],
            "mail about the decision",
        )

        # She exports the applicants; nobody else gets the table.
        export = recruiter.post("applications/export/", {"job": draft["id"]})
        assert export.status_code == 202, export.text
        address = export.headers["Location"]
        done = eventually(
            lambda: (told := recruiter.http.get(address).json())["state"] == "succeeded" and told,
            "finished export",
        )
        table = recruiter.http.get(done["result"])
        assert table.content.startswith(b"\xef\xbb\xbf")
        assert '"Trần Thị Bình","binh@example.vn",' in table.content.decode()
        assert candidate.http.get(done["result"]).status_code == 404

        # The posting is closed, then deleted; what was applied for stays readable.
        assert recruiter.post(f"jobs/{draft['id']}/close/").json()["status"] == "CLOSED"
        late = Person(stack.url)
        late.sign_in("candidate2@demo.onetop.vn", DEMO_PASSWORD)
        refused = late.apply(draft["id"], "cv.pdf", pdf())
        assert (refused.status_code, refused.json()["code"]) in [
            (409, "job_closed"),
            (404, "job_not_found"),
        ]
        assert anonymous.get("jobs/", **engineers).json()["results"] == []
        assert recruiter.delete(f"jobs/{draft['id']}/").status_code == 204
        kept = candidate.get(f"applications/{application['id']}/").json()["job"]
        assert (kept["title"], kept["company"]["name"], kept["is_deleted"]) == (
            "Kỹ sư Điện tử",
            "Công ty Hành Trình",
            True,
        )

        # Nobody else sees any of it.
        stranger = Person(stack.url)
        stranger.sign_in("recruiter2@demo.onetop.vn", DEMO_PASSWORD)
        assert stranger.get(f"applications/{application['id']}/").status_code == 404
        assert stranger.http.get(listed[0]["cv_file"]).status_code == 404

        # The logs tell of all this by routes and ids.
        said = stack.logged()
        secrets = [person.refresh for person in (candidate, recruiter, late, stranger)]
        secrets += [person.http.headers["Authorization"] for person in (candidate, recruiter)]
        for word in (
            *(secret.removeprefix("Bearer ") for secret in secrets),
            PASSWORD, DEMO_PASSWORD, "@example", "@Example", "@demo", "Bình", "Thu Hà", "CV Tr", "cv.pdf", "cv.docx",
            "ky su", "ky+su", "search=", "ticket=", "token=",
        ):  # fmt: skip
            assert word not in said
        lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
        delivered = [line for line in lines if line.get("task") == "apps.core.tasks.deliver_mail"]
        asked = {line["request_id"] for line in lines if line["event"] == "request"}
        assert {line["outcome"] for line in delivered} <= {"done", "skipped"}
        assert {line["request_id"] for line in delivered if line["outcome"] == "done"} <= asked
        assert {line["verb"] for line in lines if line["event"] == "audit"} > {"published", "moved"}

    def test_sessions_end_when_they_are_told_to(self, stack: Stack):
        registered(stack, "lan@example.vn", "Võ Thị Lan", "CANDIDATE")
        phone, laptop = Person(stack.url), Person(stack.url)
        phone.sign_in("lan@example.vn", PASSWORD)
        laptop.sign_in("lan@example.vn", PASSWORD)
        assert len(laptop.get("auth/sessions/").json()) == 2

        changed = laptop.post(
            "auth/password/change/",
            {"old_password": PASSWORD, "new_password": "another-long-secret"},
        )
        assert changed.status_code < 300, changed.text
        assert phone.get("auth/me/").status_code == 401
        assert laptop.get("auth/me/").status_code == 200

        pair = laptop.post("auth/refresh/", {"refresh": laptop.refresh}).json()
        laptop.keep(pair)
        with laptop.socket("/ws/") as socket:
            socket.send({"type": "resume", "after_id": None})
            while socket.receive()["type"] != "resumed":
                pass
            assert laptop.post("auth/logout/").status_code == 204
            socket.send({"type": "resume", "after_id": None})
            assert socket.hung_up_with() == 4401
        assert laptop.get("auth/me/").status_code == 401
        dead = laptop.post("auth/refresh/", {"refresh": pair["refresh"]})
        assert (dead.status_code, dead.json()["code"]) == (401, "token_invalid")

        Person(stack.url).post("auth/password/reset/", {"email": "lan@example.vn"})
        [mail] = eventually(
            lambda: [m for m in stack.mails_to("lan@example.vn") if "reset-password" in m],
            "mail with the link",
        )
        uid, token = reset_link(mail)
        confirmed = Person(stack.url).post(
            "auth/password/reset/confirm/",
            {"uid": uid, "token": token, "new_password": "a-third-long-secret"},
        )
        assert confirmed.status_code < 300, confirmed.text
        assert phone.sign_in("lan@example.vn", "another-long-secret").status_code == 401
        assert phone.sign_in("lan@example.vn", "a-third-long-secret").status_code == 200


def approve_recruiter(staff: Staff, user_id: str) -> None:
    """Select the account in the list of users, choose the action and confirm it."""
    staff.submit(
        "/admin/users/user/",
        {"action": "approve_recruiters", "_selected_action": user_id, "confirmed": "yes"},
    )


def grant_credits(staff: Staff, company_id: str, amount: int, reason: str) -> None:
    """Fill in the form that gives a company credits."""
    page = staff.submit(
        "/admin/payments/creditaccount/grant/",
        {"company": company_id, "amount": amount, "reason": reason},
    )
    assert "errornote" not in page.text, page.text


def reset_link(mail: str) -> tuple[str, str]:
    """Return uid and token of the link in a mail."""
    link = re.search(r"reset-password\?uid=([0-9a-f-]+)&token=([\w-]+)", mail)
    assert link is not None, mail
    return link[1], link[2]
