"""Figures as people read them: fen become yuan here and nowhere earlier. Integers only, no float."""

from __future__ import annotations

MINUS = "\u2212"
NOTHING = "--"


def fen_to_yuan(fen: int | None, sign: str = "") -> str:
    """1,234.00 out of fen 123400; − is U+2212; "--" for None. Raises TypeError for anything but an int."""
    if fen is None:
        return NOTHING
    if not isinstance(fen, int) or isinstance(fen, bool):
        raise TypeError(f"money takes integer fen, not {type(fen).__name__}")
    yuan, rest = divmod(abs(fen), 100)
    return f"{MINUS if fen < 0 else ''}{sign}{yuan:,}.{rest:02d}"


def fen_to_yuan_signed(fen: int | None) -> str:
    """A difference: +1,204.00 or −398.00; zero carries no sign."""
    shown = fen_to_yuan(fen)
    return f"+{shown}" if fen is not None and fen > 0 else shown


def group_digits(number: int | None) -> str:
    """4,218 out of 4218; "--" for None."""
    if number is None:
        return NOTHING
    return f"{MINUS if number < 0 else ''}{abs(number):,}"
