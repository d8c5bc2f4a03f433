"""The reference household of the entry page, as a browser posts it: mock/entry.html with numbers that pass."""

from __future__ import annotations

from uuid import UUID

from django.test import Client

from accounts import clock
from accounts.ids import uuid7
from accounts.models import User
from households.identity import check_digit
from tests import making

CARD = "6209990000000012347"


def number(birth: str, serial: str = "101") -> str:
    first17 = f"371599{birth}{serial}"
    return first17 + check_digit(first17)


HEAD_ID, WIFE_ID, CHILD_ID = number("19600517", "101"), number("19620309", "202"), number("20170812", "303")


def filled(**changes: str | None) -> dict[str, str | list[str]]:
    """Every field by its name; a change of None takes it out. `__` stands for the dash of a row: m0__name."""
    typed: dict[str, str | list[str]] = {
        "version": "0",
        "act": "submit",
        "programme": "dibao_rural",
        "village": making.VILLAGE,
        "received_on": clock.today().isoformat(),
        "channel": "window",
        "a-id_number": HEAD_ID,
        "a-name": "赵广田",
        "a-phone": "10012345678",
        "a-hukou_address": "化庄村 3 排 12 号",
        "a-major_illness": "no",
        "a-consents": "on",
        "m0-relation": "spouse",
        "m0-id_number": WIFE_ID,
        "m0-name": "孙玉梅",
        "m0-consents": "on",
        "m1-relation": "grandchild",
        "m1-id_number": CHILD_ID,
        "m1-name": "赵子涵",
        "i0-kind": "business",
        "i0-owner": "a",
        "i0-amount": "6240",
        "i0-per": "year",
        "i1-kind": "support",
        "i1-owner": "m0",
        "i1-amount": "600",
        "i1-per": "month",
        "i2-kind": "property",
        "i2-owner": "a",
        "i2-amount": "3600",
        "i2-per": "year",
        "houses": "1",
        "vehicles": "0",
        "deposit": "8600",
        "hardship": "年老缺劳力",
        "o0-relation": "child",
        "o0-name": "赵丽",
        "account_kind": "card",
        "bank": "聊城农商行张鲁支行",
        "account_number": CARD,
        "paper": ["application"],
    }
    for name, value in changes.items():
        key = name.replace("__", "-")
        if value is None:
            typed.pop(key, None)
        else:
            typed[key] = value
    return typed


def clerk(client: Client, region_code: str = making.TOWNSHIP) -> User:
    """A clerk of the township, signed in."""
    user = making.make_user("clerk", region_code)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def draft_url(key: UUID | None = None) -> str:
    return f"/applications/drafts/{key or uuid7()}/"
