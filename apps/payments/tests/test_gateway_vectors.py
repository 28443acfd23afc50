"""``manage.py check_gateway_vectors``, with the vectors of the documents and with broken ones."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.payments.integrations.vectors import KINDS, judge

SAMPLES = settings.BASE_DIR / "docs" / "gateway-vectors.json"
VECTORS = json.loads(SAMPLES.read_text(encoding="utf-8"))


@pytest.fixture
def check(tmp_path, capsys):
    """Run the command on vectors; return its exit status and its lines."""

    def run(vectors):
        file = tmp_path / "vectors.json"
        file.write_text(vectors if isinstance(vectors, str) else json.dumps(vectors))
        try:
            call_command("check_gateway_vectors", file)
        except SystemExit as end:
            return end.code, capsys.readouterr().out.splitlines()
        return 0, capsys.readouterr().out.splitlines()

    return run


class TestTheDocumentedVectors:
    def test_all_pass(self, capsys):
        call_command("check_gateway_vectors", SAMPLES)

        *lines, last = capsys.readouterr().out.splitlines()
        assert len(lines) == len(VECTORS)
        assert all(line.startswith("pass ") for line in lines)
        assert last == f"{len(VECTORS)} of {len(VECTORS)} vectors pass"

    def test_there_is_one_for_each_gateway_and_kind(self):
        accepted = {(each["gateway"], each["kind"]) for each in VECTORS if each["accept"]}

        assert accepted == set(KINDS)

    @pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
    def test_the_opposite_fails(self, vector):
        assert judge({**vector, "accept": not vector["accept"]}).passed is False

    @pytest.mark.parametrize(
        "vector", [each for each in VECTORS if each["secret"]], ids=lambda vector: vector["name"]
    )
    def test_another_secret_accepts_none(self, vector):
        other = dict.fromkeys(vector["secret"], "x") if isinstance(vector["secret"], dict) else "x"

        assert judge({**vector, "secret": other, "accept": False}).passed


PAY, ANSWER, MOMO = (
    next(each for each in VECTORS if (each["gateway"], each["kind"]) == wanted)
    for wanted in (("vnpay", "pay"), ("vnpay", "querydr_response"), ("momo", "callback"))
)


class TestTheCommand:
    def test_prints_a_line_for_each_and_fails_with_one(self, check):
        status, lines = check([PAY, {**PAY, "name": "", "accept": False}])

        assert status == 1
        assert lines == [
            "pass 1 vnpay pay P1: accepted",
            "fail 2 vnpay pay: accepted",
            "1 of 2 vectors pass",
        ]

    @pytest.mark.parametrize("text", ["", "[]", "{}", "[1,"])
    def test_refuses_a_file_without_vectors(self, check, text):
        with pytest.raises(CommandError):
            check(text)

    def test_refuses_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError):
            call_command("check_gateway_vectors", tmp_path / "none.json")

    @pytest.mark.parametrize(
        ("vector", "reason"),
        [
            ([], "not an object"),
            ({}, "? has no kind ?"),
            ({**PAY, "kind": "callback"}, "vnpay has no kind callback"),
            ({**PAY, "accept": "yes"}, "needs accept"),
            ({**PAY, "expected": None}, "needs accept"),
            ({**PAY, "payload": 3}, "payload is neither"),
            ({**PAY, "secret": None}, "secret is not a text"),
            ({**MOMO, "secret": "one"}, "secret needs access_key and secret_key"),
            ({**PAY, "secret": {"key1": "a"}}, "secret needs key1 and key2"),
            ({**ANSWER, "payload": "{no"}, "payload: "),
            ({**PAY, "gateway": "vietqr", "kind": "qr", "payload": {"bin": "9"}}, "payload: "),
            ({**PAY, "gateway": "vietqr", "kind": "webhook", "payload": {}}, "payload needs body"),
        ],
    )
    def test_fails_what_it_cannot_read_whatever_is_wanted(self, check, vector, reason):
        wanted = [vector, {**vector, "accept": False}] if "accept" in vector else [vector]
        wanted = [each for each in wanted if reason != "needs accept" or each is vector]

        status, lines = check(wanted)

        assert status == 1
        assert all(line.startswith("fail ") and reason in line for line in lines[:-1])


class TestWaysToWriteAPayload:
    """The same message may be given as text or as its fields."""

    @pytest.mark.parametrize(
        "vector",
        [
            {**PAY, "payload": f"https://pay.example.vn/vpcpay.html?{PAY['payload']}"},
            {**PAY, "payload": {"vnp_TxnRef": "A 1"}, "expected": "", "accept": False},
            {**ANSWER, "payload": json.dumps(ANSWER["payload"])},
            {**MOMO, "payload": json.dumps({**MOMO["payload"], "accessKey": "OTVECACCESS"})},
            {
                **MOMO,
                "payload": {**MOMO["payload"], "accessKey": "another"},
                "accept": False,
            },
            {
                **MOMO,
                "payload": "&".join(
                    f"{name}={value}"
                    for name, value in sorted(
                        {**MOMO["payload"], "accessKey": "OTVECACCESS"}.items()
                    )
                ),
            },
            {**PAY, "secret": {"key1": "x", "key2": PAY["secret"]}},
            {
                **PAY,
                "gateway": "vietqr",
                "kind": "qr",
                "payload": "123456789",
                "expected": "29B2",
                "accept": False,
            },
        ],
    )
    def test_is_understood(self, vector):
        assert judge(vector).passed
