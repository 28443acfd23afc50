"""MoMo's signatures: what we sign is accepted, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.payments.integrations.digests import BadSignature
from apps.payments.integrations.momo import messages
from apps.payments.integrations.momo.messages import Message

KEYS = {"access_key": "an access key", "secret_key": "a secret key"}
KINDS = st.sampled_from(list(Message))
FIELDS = st.fixed_dictionaries(
    {"orderId": st.text("&=ab1", max_size=9), "requestId": st.text(max_size=9)},
    optional={"partnerCode": st.text("&=ab1", max_size=9)},
)


@given(KINDS, FIELDS)
def test_what_we_sign_is_accepted_and_splits_into_its_fields(kind, fields):
    messages.verify(kind, fields, **KEYS, given=messages.signature(kind, fields, **KEYS))
    split = messages.split(kind, messages.signed_text(kind, fields, access_key=KEYS["access_key"]))

    assert split.pop("accessKey") == KEYS["access_key"]
    assert {name: value for name, value in split.items() if value} == {
        name: value for name, value in fields.items() if value
    }


@given(KINDS, FIELDS, st.sampled_from(["orderId", "requestId", "partnerCode"]), st.text(max_size=3))
def test_a_changed_field_is_refused(kind, fields, name, value):
    assume(fields.get(name, "") != value)
    signature = messages.signature(kind, fields, **KEYS)

    with pytest.raises(BadSignature):
        messages.verify(kind, {**fields, name: value}, **KEYS, given=signature)


@pytest.mark.parametrize("value", ["a&partnerCode=b", 1.5, False])
def test_what_could_be_signed_in_two_ways_is_refused(value):
    with pytest.raises(BadSignature):
        messages.signature(Message.QUERY, {"orderId": value}, **KEYS)


@pytest.mark.parametrize(
    "text", ["", "orderId=1", "accessKey=k&partnerCode=p&orderId=o&requestId=r"]
)
def test_a_text_with_other_names_is_refused(text):
    with pytest.raises(BadSignature, match="in its place"):
        messages.split(Message.QUERY, text)
