"""What nginx does to requests and answers on their way, and what it leaves alone."""

from __future__ import annotations

import json
import subprocess

import httpx
import pytest
from django.utils import timezone
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from apps.applications.tests.factories import pdf_bytes
from apps.core.models import Audit
from apps.jobs.tests.factories import JobFactory
from apps.users.services import sessions
from apps.users.tests.factories import PASSWORD
from onetop_backend.tests.containers import nginx
from onetop_backend.tests.containers.nginx import HOST, METRICS_TOKEN
from onetop_backend.variables import read

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

JOB = "/api/v1/jobs/{}/"
ORIGIN = Origin(f"https://{HOST}")
ZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture(scope="module")
def site(django_db_setup, tmp_path_factory):
    """Give nginx in front of `web` and `ws`."""
    nginx.binary()
    folder = tmp_path_factory.mktemp("nginx")
    with nginx.behind(folder / "state") as (web, ws), nginx.running(folder, web=web, ws=ws) as site:
        yield site


@pytest.fixture
def token(transactional_db):
    """Give ``token(person)``: what opens the API for somebody."""

    def opened(person):
        signed_in = sessions.log_in(
            email=person.email, password=PASSWORD, ip=None, user_agent="", now=timezone.now()
        )
        return signed_in.access

    return opened


class TestVersions:
    def test_pass_as_strong_as_they_are(self, site, recruiter, company, token):
        job = JobFactory(company=company, description="Mô tả. " * 500)
        path, access = JOB.format(job.pk), token(recruiter)

        for who in ("", access):
            with site.client(who) as through, site.direct(who) as direct:
                seen, sent = through.get(path, headers=ZIP), direct.get(path, headers=ZIP)
                assert (seen.status_code, sent.status_code) == (200, 200)
                assert seen.headers["ETag"] == sent.headers["ETag"]
                assert not seen.headers["ETag"].startswith("W/")
                assert seen.content == sent.content
                assert "Content-Encoding" not in seen.headers
        with site.client() as through:
            version = through.get(path, headers=ZIP).headers["ETag"]
            known = through.get(path, headers={"If-None-Match": version})
        assert (known.status_code, known.content) == (304, b"")

    def test_guard_an_edit(self, site, recruiter, company, token):
        job = JobFactory(company=company)
        with site.client(token(recruiter)) as client:
            version = client.get(JOB.format(job.pk)).headers["ETag"]
            edits = [
                client.patch(
                    JOB.format(job.pk), json={"benefits": text}, headers={"If-Match": version}
                )
                for text in ("Thưởng tháng 13.", "Xe đưa đón.")
            ]

        assert [edit.status_code for edit in edits] == [200, 412]
        assert edits[1].json()["code"] == "stale_version"


class TestSockets:
    def test_open_with_a_ticket_and_answer(self, site, candidate, token):
        with site.client(token(candidate)) as client:
            ticket = client.post("/api/v1/ws-ticket/").json()["ticket"]
        address = f"wss://127.0.0.1:{site.https}/ws/notifications/?ticket={ticket}"

        with connect(address, ssl=site.trust(), origin=ORIGIN) as opened:
            opened.send(json.dumps({"type": "resume", "after_id": None}))
            assert json.loads(opened.recv(timeout=20))["type"] == "resumed"
        with pytest.raises(InvalidStatus) as refusal, connect(address, ssl=site.trust()):
            pass
        assert refusal.value.response.status_code == 403
        # A ticket is worthless once used, and still nothing for a log.
        assert site.logged('"path":"/ws/notifications/"')
        assert ticket not in site.log.read_text()


class TestFiles:
    def test_go_up_as_large_as_the_platform_allows_and_come_down_the_same(
        self, site, candidate, recruiter, company, token
    ):
        job = JobFactory(company=company)
        largest = read({})["MAX_CV_FILE_SIZE"]
        head, small = b"%PDF-1.4\n", pdf_bytes()
        whole = small.replace(head, head + b"%".ljust(largest - len(small) - 1) + b"\n")

        def send(content):
            files = {"cv_file": ("cv.pdf", content)}
            return client.post("/api/v1/applications/", data={"job": str(job.pk)}, files=files)

        with site.client(token(candidate)) as client:
            over = send(whole + b"\n")
            far_over = send(whole + bytes(1024 * 1024))
            taken = send(whole)
        assert (over.status_code, over.json()["code"]) == (413, "file_too_large")
        assert over.json()["max_bytes"] == largest
        # This one never reached the platform.
        assert (far_over.status_code, far_over.json()["code"]) == (413, "file_too_large")
        assert "max_bytes" not in far_over.json()
        assert far_over.headers["Content-Type"] == "application/problem+json"
        assert taken.status_code == 201
        assert taken.json()["cv_file"].startswith(f"https://{HOST}/")
        with site.client(token(recruiter)) as client:
            down = client.get(f"/api/v1/media/application/{taken.json()['id']}/download/")
        assert (down.status_code, down.content == whole) == (200, True)


class TestDoor:
    def test_plain_http_is_sent_to_https(self, site):
        answer = httpx.post(
            f"http://127.0.0.1:{site.http}/api/v1/jobs/?search=a", headers={"Host": HOST}
        )

        assert (answer.status_code, answer.headers["Location"]) == (
            308,
            f"https://{HOST}:{site.https}/api/v1/jobs/?search=a",
        )

    def test_addresses_that_clients_claim_are_not_believed(self, site, transactional_db):
        claims = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9"}
        body = {
            "email": "an@example.vn",
            "password": "mot-mat-khau-dai",
            "full_name": "Nguyễn Văn An",
            "user_type": "CANDIDATE",
        }
        with site.client() as client:
            answer = client.post("/api/v1/auth/register/", json=body, headers=claims)

        assert answer.status_code == 201
        entry = Audit.objects.get(request_id=answer.headers["X-Request-ID"])
        assert entry.ip == "127.0.0.1"

    def test_metrics_are_for_the_inside(self, site):
        key = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        with site.client() as client, site.direct() as direct:
            outside, inside = (c.get("/metrics", headers=key) for c in (client, direct))

        assert (outside.status_code, outside.json()["code"]) == (404, "not_found")
        assert (inside.status_code, b"onetop_up" in inside.content) == (200, True)

    def test_headers_come_once(self, site, transactional_db):
        with site.client() as client:
            for path in ("/health/ready/", "/api/docs/", "/admin/login/"):
                answer = client.get(path)
                names = [name for name, _ in answer.headers.multi_items() if name != "set-cookie"]
                assert answer.status_code == 200
                assert len(names) == len(set(names))
                assert {"strict-transport-security", "x-content-type-options"} <= set(names)
                assert answer.headers["Server"] == "nginx"

    def test_each_request_is_a_line_without_a_person(self, site, transactional_db):
        name = {"X-Request-ID": "a-request-of-this-test"}
        with site.client() as client:
            client.get("/api/v1/jobs/?search=nguyen+van+an", headers=name)

        line = json.loads(site.logged(name["X-Request-ID"]))
        assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/jobs/", "200")
        assert set(line) == {
            "time", "request_id", "method", "path", "status", "bytes", "seconds", "upstream",
        }  # fmt: skip

    def test_who_is_away_is_away_for_a_moment(self, tmp_path):
        web, ws = nginx.free_ports(2)
        with nginx.running(tmp_path / "alone", web=web, ws=ws) as alone, alone.client() as client:
            answer = client.get("/api/v1/jobs/")
            health = client.get(f"http://127.0.0.1:{alone.health}/")

        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.json()["code"] == "service_unavailable"
        assert health.status_code == 204


def test_the_sizes_that_operators_write_are_understood(tmp_path):
    nginx.binary()
    for size, body in (
        ("5 MiB", 6_291_456),
        ("5MiB", 6_291_456),
        ("64 KiB", 1_114_112),
        ("7", 1_048_583),
    ):
        file = nginx.configuration(
            tmp_path,
            {"MAX_CV_FILE_SIZE": size},
        )
        assert f"client_max_body_size {body};" in file.read_text()


def test_a_mistake_is_found_before_it_serves(tmp_path):
    with nginx.running(tmp_path / "right", web=1, ws=1):
        pass
    file = tmp_path / "right" / "nginx.conf"

    def verdict():
        return subprocess.run(
            [nginx.binary(), "-t", "-c", file], check=False, capture_output=True, text=True
        )

    assert (verdict().returncode, "syntax is ok" in verdict().stderr) == (0, True)
    file.write_text(file.read_text().replace("proxy_pass", "proxy_pas", 1))
    assert (verdict().returncode, 'unknown directive "proxy_pas"' in verdict().stderr) == (1, True)
