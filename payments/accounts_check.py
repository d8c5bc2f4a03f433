"""Card and passbook numbers as typed: which shape a number must have follows from its kind.

Social-security cards end in a Luhn digit (GB/T 14504 / ISO 7812); passbook accounts do not, so only their length
is checked. That an account belongs to its holder only the bank can say.
"""

from typing import Literal

from stdnum import luhn

from households.identity import squeeze

AccountKind = Literal["card", "passbook"]

_NAMES: dict[AccountKind, str] = {"card": "社保卡号", "passbook": "存折账号"}
_LENGTHS: dict[AccountKind, tuple[int, int]] = {"card": (16, 19), "passbook": (10, 22)}


class AccountRefused(ValueError):
    """A number that is not taken. `code` is for programs, `message` is the sentence shown at the field."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_account(kind: AccountKind, text: str) -> str:
    """The digits of a card (16–19, Luhn) or passbook (10–22) number; full-width, spaces and dashes are normalised.

    Raises AccountRefused: empty, characters, length, luhn.
    """
    name = _NAMES[kind]
    number = squeeze(text)
    if not number:
        raise AccountRefused("empty", f"填写{name}，对照{'卡面' if kind == 'card' else '存折'}")
    if not (number.isascii() and number.isdigit()):
        raise AccountRefused("characters", f"{name}只能是数字，对照实物核对")
    least, most = _LENGTHS[kind]
    if not least <= len(number) <= most:
        raise AccountRefused("length", f"{name}应为 {least} 至 {most} 位，现有 {len(number)} 位")
    if kind == "card" and not luhn.is_valid(number):
        raise AccountRefused("luhn", "社保卡号有数字不对，对照卡面核对")
    return number
