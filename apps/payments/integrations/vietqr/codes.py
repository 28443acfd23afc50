"""VietQR: what a banking app reads from the picture (EMVCo merchant-presented code, NAPAS profile).

A field is a two-digit id, a two-digit length and a value; some values are fields themselves. The last one is the
CRC-16 (CCITT, begun with FFFF) of everything before it, its own id and length included.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass

ACCOUNT_SERVICE, CARD_SERVICE = "QRIBFTTA", "QRIBFTTC"
_NAPAS = "A000000727"
_CRC = "6304"
_LONGEST_MEMO = 25


class InvalidCode(ValueError):
    """The text is no VietQR code, or what it should say cannot be said in one."""


@dataclass(frozen=True, kw_only=True)
class TransferCode:
    """A transfer to ask for; without an amount the payer writes one."""

    bank: str
    """The bank's BIN, six digits."""
    account: str
    amount: int | None = None
    """Whole đồng."""
    memo: str = ""
    bill: str = ""
    service: str = ACCOUNT_SERVICE

    def __post_init__(self) -> None:
        """Refuse what a code cannot hold.

        :raises InvalidCode: names the field
        """
        wrong = {
            "bank": not re.fullmatch(r"[0-9]{6}", self.bank),
            "account": not re.fullmatch(r"[0-9A-Za-z]{1,19}", self.account),
            "amount": self.amount is not None and not 0 < self.amount < 10**13,
            "memo": not re.fullmatch(rf"[ -~]{{0,{_LONGEST_MEMO}}}", self.memo),
            "bill": not re.fullmatch(rf"[ -~]{{0,{_LONGEST_MEMO}}}", self.bill),
            "service": self.service not in {ACCOUNT_SERVICE, CARD_SERVICE},
        }
        for name, is_wrong in wrong.items():
            if is_wrong:
                raise InvalidCode(f"{name} cannot stand in a VietQR code")


def write(code: TransferCode) -> str:
    """Return the text of the picture."""
    receiver = _field("00", code.bank) + _field("01", code.account)
    account = _field("00", _NAPAS) + _field("01", receiver) + _field("02", code.service)
    additional = _optional("01", code.bill) + _optional("08", code.memo)
    text = (
        _field("00", "01")
        + _field("01", "11" if code.amount is None else "12")
        + _field("38", account)
        + _field("53", "704")
        + _optional("54", "" if code.amount is None else str(code.amount))
        + _field("58", "VN")
        + _optional("62", additional)
        + _CRC
    )
    return text + checksum(text)


def read(text: str) -> TransferCode:
    """Return the transfer that a code asks for.

    :raises InvalidCode: its checksum is wrong, it is cut off, or it is not a transfer in VND within Vietnam
    """
    if not text.isascii() or text[-8:-4] != _CRC or checksum(text[:-4]) != text[-4:]:
        raise InvalidCode("the checksum is not that of the text")
    fields = _fields(text)
    account = _fields(fields.get("38", ""))
    receiver = _fields(account.get("01", ""))
    additional = _fields(fields.get("62", ""))
    fixed = (fields.get("00"), fields.get("53"), fields.get("58"), account.get("00"))
    if fixed != ("01", "704", "VN", _NAPAS):
        raise InvalidCode("this is not a transfer in VND within Vietnam")
    amount = fields.get("54")
    if amount is not None and not re.fullmatch(r"[1-9][0-9]*", amount):
        raise InvalidCode("amount is not a whole number")
    if fields.get("01") != ("11" if amount is None else "12"):
        raise InvalidCode("a code with an amount is used once, one without it again and again")
    return TransferCode(
        bank=receiver.get("00", ""),
        account=receiver.get("01", ""),
        amount=None if amount is None else int(amount),
        memo=additional.get("08", ""),
        bill=additional.get("01", ""),
        service=account.get("02", ""),
    )


def checksum(text: str) -> str:
    """Return the four hexadecimal digits that end a code."""
    return f"{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def _field(name: str, value: str) -> str:
    return f"{name}{len(value):02}{value}"


def _optional(name: str, value: str) -> str:
    return _field(name, value) if value else ""


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    while text:
        head = re.match(r"([0-9]{2})([0-9]{2})", text)
        if head is None or len(text) < 4 + int(head[2]) or head[1] in fields:
            raise InvalidCode("a field is cut off, or stands twice")
        end = 4 + int(head[2])
        fields[head[1]] = text[4:end]
        text = text[end:]
    return fields
