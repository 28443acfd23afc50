"""The texts of tokens: what we signed is read, everything else is refused and nothing breaks."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.users.domain import tokens
from apps.users.errors import InvalidToken

KEY = "k" * 64
NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
USER = UUID("019c0000-0000-7000-8000-000000000001")
SESSION = UUID("019c0000-0000-7000-8000-000000000002")
CLAIMS = tokens.AccessClaims(
    user_id=USER, session_id=SESSION, issued_at=SECONDS, expires_at=SECONDS + 3600
)
PAYLOAD = {"sub": str(USER), "sid": str(SESSION), "iat": SECONDS, "exp": SECONDS + 3600}


class TestAccessTokens:
    def test_say_what_was_signed(self):
        token = tokens.sign_access(CLAIMS, key=KEY)

        assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
        assert jwt.decode(token, options={"verify_signature": False}) == PAYLOAD
        assert tokens.read_access(token, key=KEY, now=NOW) == CLAIMS

    def test_of_the_same_claims_are_the_same_text(self):
        assert tokens.sign_access(CLAIMS, key=KEY) == tokens.sign_access(CLAIMS, key=KEY)

    def test_live_until_the_second_they_expire(self):
        token = tokens.sign_access(CLAIMS, key=KEY)
        expiry = NOW + timedelta(seconds=3600)

        assert tokens.read_access(token, key=KEY, now=expiry - timedelta(microseconds=1)) == CLAIMS
        with pytest.raises(InvalidToken):
            tokens.read_access(token, key=KEY, now=expiry)

    def test_of_a_host_whose_clock_runs_ahead_are_read(self):
        token = tokens.sign_access(CLAIMS, key=KEY)

        assert tokens.read_access(token, key=KEY, now=NOW - timedelta(seconds=30)) == CLAIMS

    def test_of_another_key_are_refused(self):
        token = tokens.sign_access(CLAIMS, key="x" * 64)

        with pytest.raises(InvalidToken):
            tokens.read_access(token, key=KEY, now=NOW)

    @pytest.mark.parametrize("algorithm", ["HS384", "HS512", "none"])
    def test_of_another_algorithm_are_refused(self, algorithm):
        key = "" if algorithm == "none" else KEY

        with pytest.raises(InvalidToken):
            tokens.read_access(jwt.encode(PAYLOAD, key, algorithm=algorithm), key=KEY, now=NOW)

    @pytest.mark.parametrize("claim", ["sub", "sid", "iat", "exp"])
    @pytest.mark.parametrize("value", [None, "x", "", [], {}, 1.5e400, -1, True])
    def test_with_odd_claims_are_refused_though_the_signature_is_ours(self, claim, value):
        token = jwt.encode(PAYLOAD | {claim: value}, KEY, algorithm="HS256")

        try:
            read = tokens.read_access(token, key=KEY, now=NOW)
        except InvalidToken:
            return
        # A number where seconds are meant is a time, however odd.
        assert (claim, type(value)) in {("iat", int), ("iat", bool)}
        assert read == tokens.AccessClaims(
            user_id=USER, session_id=SESSION, issued_at=value, expires_at=SECONDS + 3600
        )

    @pytest.mark.parametrize("claim", ["sub", "sid", "iat", "exp"])
    def test_without_a_claim_are_refused(self, claim):
        payload = {name: value for name, value in PAYLOAD.items() if name != claim}

        with pytest.raises(InvalidToken):
            tokens.read_access(jwt.encode(payload, KEY, algorithm="HS256"), key=KEY, now=NOW)

    def test_with_a_header_nested_to_exhaust_the_stack_are_refused(self):
        header = base64.urlsafe_b64encode(b"[" * 50_000).decode().rstrip("=")

        with pytest.raises(InvalidToken):
            tokens.read_access(f"{header}.e30.AAAA", key=KEY, now=NOW)

    @given(st.text(max_size=200))
    def test_are_not_found_in_any_text(self, text):
        with pytest.raises(InvalidToken):
            tokens.read_access(text, key=KEY, now=NOW)

    @given(st.lists(st.binary(max_size=60), min_size=3, max_size=3))
    def test_are_not_found_in_three_segments_of_anything(self, segments):
        text = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in segments)

        with pytest.raises(InvalidToken):
            tokens.read_access(text, key=KEY, now=NOW)

    @given(st.dictionaries(st.text(max_size=8), st.text(max_size=8)), st.data())
    def test_do_not_survive_a_changed_character(self, header, data):
        token = tokens.sign_access(CLAIMS, key=KEY)
        at = data.draw(st.integers(0, len(token) - 2))
        other = data.draw(st.sampled_from("ABCDEFGHabcdefgh0123456789-_."))
        changed = token[:at] + other + token[at + 1 :]

        if changed != token:
            with pytest.raises(InvalidToken):
                tokens.read_access(changed, key=KEY, now=NOW)


class TestRefreshTokens:
    def test_are_64_characters_that_stand_for_a_row(self):
        token = tokens.sign_refresh(SESSION, key=KEY)

        assert len(token) == 64
        assert base64.urlsafe_b64decode(token)[:16] == SESSION.bytes
        assert tokens.read_refresh(token, key=KEY) == SESSION

    def test_of_the_same_row_are_the_same_text(self):
        assert tokens.sign_refresh(SESSION, key=KEY) == tokens.sign_refresh(SESSION, key=KEY)

    def test_of_another_key_are_refused(self):
        with pytest.raises(InvalidToken):
            tokens.read_refresh(tokens.sign_refresh(SESSION, key="x" * 64), key=KEY)

    @given(st.uuids(), st.uuids())
    def test_of_one_row_do_not_stand_for_another(self, row, other):
        mac = base64.urlsafe_b64decode(tokens.sign_refresh(row, key=KEY))[16:]
        forged = base64.urlsafe_b64encode(other.bytes + mac).decode()

        if row != other:
            with pytest.raises(InvalidToken):
                tokens.read_refresh(forged, key=KEY)

    @pytest.mark.parametrize("text", ["", "é" * 64, "!" * 64, "=" * 64, "A" * 62 + "==", "A" * 64])
    def test_are_not_found_in_malformed_text(self, text):
        with pytest.raises(InvalidToken):
            tokens.read_refresh(text, key=KEY)

    @given(st.text(max_size=200) | st.text(min_size=64, max_size=64))
    def test_are_not_found_in_any_text(self, text):
        with pytest.raises(InvalidToken):
            tokens.read_refresh(text, key=KEY)

    @given(st.binary(min_size=48, max_size=48))
    def test_are_not_found_in_48_bytes_of_anything(self, raw):
        with pytest.raises(InvalidToken):
            tokens.read_refresh(base64.urlsafe_b64encode(raw).decode(), key=KEY)


def test_the_two_kinds_are_not_interchangeable():
    access, refresh = tokens.sign_access(CLAIMS, key=KEY), tokens.sign_refresh(SESSION, key=KEY)

    with pytest.raises(InvalidToken):
        tokens.read_refresh(access, key=KEY)
    with pytest.raises(InvalidToken):
        tokens.read_access(refresh, key=KEY, now=NOW)
    assert json.loads(base64.urlsafe_b64decode(access.split(".")[0] + "=="))["alg"] == "HS256"
