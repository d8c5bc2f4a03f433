"""How a name or a number is shown to someone who need not know it. One code path for every channel."""


def mask_name(name: str | None) -> str:
    """First and last character with one `*` between; of two characters the first and `*`; of one only `*`.

    The number of stars does not tell the length, nor whether the name has a `·`. Nothing for no name.
    """
    if not name:
        return ""
    if len(name) == 1:
        return "*"
    return f"{name[0]}*{name[-1] if len(name) > 2 else ''}"


def mask_id(number: str | None) -> str:
    """First three and last three of a citizen number; of a shorter document the first and the last two."""
    if not number:
        return ""
    if len(number) >= 15:
        return _mask(number, head=3, tail=3)
    return _mask(number, head=1, tail=2) if len(number) >= 6 else "*" * len(number)


def mask_phone(phone: str | None) -> str:
    """138****1234 for a mobile number; of any other the last four."""
    if not phone:
        return ""
    if len(phone) == 11:
        return _mask(phone, head=3, tail=4)
    return _mask(phone, head=0, tail=4) if len(phone) > 4 else "*" * len(phone)


def mask_account(account: str | None) -> str:
    """Four stars and the last four of a card or passbook number, whatever its length."""
    if not account:
        return ""
    return "****" + (account[-4:] if len(account) > 8 else "")


def _mask(text: str, *, head: int, tail: int) -> str:
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]
