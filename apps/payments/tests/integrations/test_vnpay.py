"""VNPay's signatures: what we sign is accepted, and nothing else is."""

from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from apps.payments.integrations.digests import BadSignature, digest
from apps.payments.integrations.vnpay import messages, queries
from apps.payments.integrations.vnpay.messages import Message

SECRET = "a secret of the tests"
NAMES = st.from_regex(r"vnp_[A-Z][A-Za-z]{0,8}", fullmatch=True).filter(
    lambda name: not name.startswith(queries.HASH)
)
PARAMETERS = st.dictionaries(NAMES, st.text(min_size=1, max_size=12), min_size=1, max_size=6)
KINDS = st.sampled_from(list(Message))
FIELDS = st.dictionaries(
    st.sampled_from([f"vnp_{name}" for name in ("TxnRef", "OrderInfo", "TmnCode")]),
    st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), max_size=12),
)


def signed(parameters):
    query = queries.canonical(parameters)
    return f"{query}&{queries.HASH}={queries.signature(parameters, secret=SECRET)}"


def told_apart(parameters, name, value):
    """Return the parameters with one of them changed."""
    assume(parameters.get(name, "") != value)
    return {**parameters, name: value}


class TestQueries:
    @given(PARAMETERS)
    @example({"vnp_OrderInfo": "Gói 10 lượt: +&=?/%"})
    def test_what_we_sign_is_read_back(self, parameters):
        assert queries.read(signed(parameters), secret=SECRET) == parameters

    @given(PARAMETERS, st.randoms(use_true_random=False))
    def test_order_and_strangers_do_not_matter(self, parameters, random):
        pairs = [*signed(parameters).split("&"), "utm_source=x", "utm_source=y"]
        random.shuffle(pairs)

        assert queries.read("&".join(pairs), secret=SECRET) == parameters

    @given(PARAMETERS)
    def test_a_proxy_may_escape_anew(self, parameters):
        digits = queries.signature(parameters, secret=SECRET)
        pairs = [
            *(f"{name}={quote(value, safe='')}" for name, value in parameters.items()),
            f"{queries.HASH}={digits.upper()}",
            f"{queries.HASH}Type=SHA512",
        ]

        assert queries.read("&".join(pairs), secret=SECRET) == parameters

    def test_a_hash_over_other_escapes_is_accepted_as_it_came(self):
        query = "vnp_OrderInfo=a%2ab&vnp_TxnRef=1"
        given_hash = digest(query, secret=SECRET, algorithm="sha512")

        assert queries.read(query, secret=SECRET, given=given_hash)["vnp_OrderInfo"] == "a*b"

    def test_a_hash_over_escaped_spaces_is_accepted_after_they_became_plus(self):
        given_hash = digest("vnp_OrderInfo=a%20b&vnp_TxnRef=1", secret=SECRET, algorithm="sha512")

        read = queries.read(
            "vnp_TxnRef=1&vnp_OrderInfo=a+b&vnp_Bill=", secret=SECRET, given=given_hash
        )

        assert read == {"vnp_OrderInfo": "a b", "vnp_TxnRef": "1", "vnp_Bill": ""}

    @given(PARAMETERS, st.data(), st.text(min_size=1, max_size=12))
    def test_a_changed_or_added_parameter_is_refused(self, parameters, data, value):
        name = data.draw(st.one_of(st.sampled_from(sorted(parameters)), NAMES))
        changed = told_apart(parameters, name, value)
        query = "&".join(f"{name}={quote_plus(value)}" for name, value in changed.items())

        with pytest.raises(BadSignature):
            queries.read(query, secret=SECRET, given=queries.signature(parameters, secret=SECRET))

    @given(PARAMETERS, st.integers(0, 127), st.sampled_from("0123456789abcdef"))
    def test_a_changed_digit_of_the_hash_is_refused(self, parameters, place, digit):
        digits = queries.signature(parameters, secret=SECRET)
        assume(digits[place] != digit)

        with pytest.raises(BadSignature):
            queries.read(
                queries.canonical(parameters),
                secret=SECRET,
                given=digits[:place] + digit + digits[place + 1 :],
            )

    @pytest.mark.parametrize("query", ["", "vnp_TxnRef=1", "vnp_TxnRef=1&vnp_SecureHash=", "&&=&"])
    def test_nothing_without_a_hash_is_accepted(self, query):
        with pytest.raises(BadSignature):
            queries.read(query, secret=SECRET)

    def test_a_parameter_that_stands_twice_is_refused(self):
        query = signed({"vnp_Amount": "1"})

        with pytest.raises(BadSignature, match="twice"):
            queries.read(f"{query}&vnp%5FAmount=1", secret=SECRET)

    def test_an_escape_that_is_no_text_is_refused(self):
        query = "vnp_OrderInfo=%ff"
        given_hash = digest(query, secret=SECRET, algorithm="sha512")

        with pytest.raises(BadSignature, match="UTF-8"):
            queries.read(query, secret=SECRET, given=given_hash)


class TestMessages:
    @given(KINDS, FIELDS)
    def test_what_we_sign_is_accepted_and_splits_into_its_fields(self, kind, fields):
        given_hash = messages.signature(kind, fields, secret=SECRET)

        messages.verify(kind, fields, secret=SECRET, given=given_hash)
        split = messages.split(kind, messages.signed_text(kind, fields))

        assert {name: value for name, value in split.items() if value} == {
            name: value for name, value in fields.items() if value
        }

    @given(
        KINDS, FIELDS, st.sampled_from(["vnp_TxnRef", "vnp_OrderInfo", "vnp_TmnCode"]), st.data()
    )
    def test_a_changed_field_is_refused(self, kind, fields, name, data):
        given_hash = messages.signature(kind, fields, secret=SECRET)
        changed = told_apart(fields, name, data.draw(st.text("01ab", min_size=1, max_size=3)))

        with pytest.raises(BadSignature):
            messages.verify(kind, changed, secret=SECRET, given=given_hash)

    @pytest.mark.parametrize("value", ["a|b", 1.5, True, ["1"]])
    def test_what_could_be_signed_in_two_ways_is_refused(self, value):
        with pytest.raises(BadSignature):
            messages.signature(Message.QUERY, {"vnp_OrderInfo": value}, secret=SECRET)

    def test_a_whole_number_is_signed_as_its_digits(self):
        assert messages.signed_text(Message.REFUND_ANSWER, {"vnp_Amount": 500}) == "||||||500||||||"
