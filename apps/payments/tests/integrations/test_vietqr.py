"""VietQR codes and notices of transfers."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.payments.integrations.digests import BadSignature, digest
from apps.payments.integrations.vietqr import codes, webhooks
from apps.payments.integrations.vietqr.codes import InvalidCode, TransferCode

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=25)
CODES = st.builds(
    TransferCode,
    bank=st.text(string.digits, min_size=6, max_size=6),
    account=st.text(string.digits + string.ascii_uppercase, min_size=1, max_size=19),
    amount=st.one_of(st.none(), st.integers(1, 10**13 - 1)),
    memo=PRINTABLE,
    bill=PRINTABLE,
    service=st.sampled_from([codes.ACCOUNT_SERVICE, codes.CARD_SERVICE]),
)
PLAIN: dict[str, Any] = {"bank": "970403", "account": "0011012345678"}


def sealed(text):
    """Return a text with the checksum that it should have."""
    return f"{text}6304{codes.checksum(f'{text}6304')}"


@given(CODES)
def test_what_is_written_is_read_back(code):
    assert codes.read(codes.write(code)) == code


@given(CODES, st.data())
def test_a_changed_character_is_found(code, data):
    text = codes.write(code)
    place = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters(min_codepoint=32, max_codepoint=126))
    assume(text[place] != character)

    with pytest.raises(InvalidCode):
        codes.read(text[:place] + character + text[place + 1 :])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bank", "97040"),
        ("bank", "97040x"),
        ("account", ""),
        ("account", "1" * 20),
        ("amount", 0),
        ("amount", 10**13),
        ("memo", "x" * 26),
        ("memo", "Việt"),
        ("bill", "x" * 26),
        ("service", "QRPUSH"),
    ],
)
def test_what_a_code_cannot_hold_is_refused(field, value):
    with pytest.raises(InvalidCode, match=f"^{field} "):
        TransferCode(**{**PLAIN, field: value})


ACCOUNT = "38570010A00000072701270006970403011300110123456780208QRIBFTTA"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tiếng Việt",
        "000201010211" + ACCOUNT + "53037045802VN",
        sealed("000201010211" + ACCOUNT + "53038405802VN"),
        sealed("000201010211" + ACCOUNT + "53037045802US"),
        sealed("000201010211" + ACCOUNT.replace("727", "728") + "53037045802VN"),
        sealed("0002010102115303704580 2VN"),
        sealed("0002010102115303704" + "5802VN"),
        sealed("000201010211" + ACCOUNT + "530370454041.505802VN"),
        sealed("000201010211" + ACCOUNT + "530370454021558" + "02VN"),
        sealed("000201010211" + ACCOUNT + "53037045303704" + "5802VN"),
        sealed("000201010212" + ACCOUNT + "53037045802VN"),
        sealed("000201010211" + ACCOUNT + "53037045802VN0299x"),
    ],
)
def test_a_text_that_asks_for_no_transfer_here_is_refused(text):
    with pytest.raises(InvalidCode):
        codes.read(text)


def test_the_accounts_code_itself_is_read():
    assert codes.read(sealed("000201010211" + ACCOUNT + "53037045802VN")) == TransferCode(**PLAIN)


@pytest.mark.parametrize("prefix", ["", "sha256="])
def test_a_notice_is_accepted_with_its_own_time_only(prefix):
    given_digest = prefix + digest("17.{}", secret="s", algorithm="sha256")

    webhooks.verify(timestamp="17", body="{}", secret="s", given=given_digest)
    with pytest.raises(BadSignature):
        webhooks.verify(timestamp="18", body="{}", secret="s", given=given_digest)
    with pytest.raises(BadSignature):
        webhooks.verify(timestamp="", body="{}", secret="s", given=given_digest)
