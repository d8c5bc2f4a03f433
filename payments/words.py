"""An amount in capital Chinese numerals (大写), as a payment list and a cheque carry it.

支付结算办法, annex 正确填写票据和结算凭证的基本规定. Where it leaves a choice, ours is: 零 before 角 when 元 is 0,
整 after 元 and after 角.
"""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿")
LARGEST_FEN = 10**14 - 1  # 12 digits of yuan: three sections of four


def amount_in_words(fen: int) -> str:
    """人民币 and the amount: 225900 → 人民币贰仟贰佰伍拾玖元整, 0 → 人民币零元整.

    Raises ValueError below 0 and from 10^14 fen (a trillion yuan) on.
    """
    if not 0 <= fen <= LARGEST_FEN:
        raise ValueError(f"no words for {fen} fen")
    yuan, rest = divmod(fen, 100)
    return "人民币" + _yuan(yuan, alone=not rest) + _jiao_and_fen(*divmod(rest, 10), yuan=yuan) + _ending(rest)


def _yuan(yuan: int, *, alone: bool) -> str:
    """Sections of four digits, high to low; one 零 wherever zeros stand between two digits of the whole."""
    if yuan == 0:
        return "零元" if alone else ""
    words = ""
    gap = False
    for power in (2, 1, 0):
        section = yuan // 10_000**power % 10_000
        if words and section and (gap or section < 1000):
            words += "零"
        gap = not section
        if section:
            words += _section(section) + _SECTIONS[power]
    return words + "元"


def _section(section: int) -> str:
    """One to four digits: 1001 → 壹仟零壹. Zeros at either end are silent."""
    words = ""
    zero = False
    for place in (3, 2, 1, 0):
        digit = section // 10**place % 10
        if digit:
            words += ("零" if zero and words else "") + _DIGITS[digit] + _PLACES[place]
        zero = not digit
    return words


def _jiao_and_fen(jiao: int, fen: int, *, yuan: int) -> str:
    if not (jiao or fen):
        return ""
    # 零 stands for 元 or 角 that is 0 before a digit, and only where a 元 has been said.
    silent = "零" if yuan and (not jiao or yuan % 10 == 0) else ""
    return silent + (f"{_DIGITS[jiao]}角" if jiao else "") + (f"{_DIGITS[fen]}分" if fen else "")


def _ending(rest: int) -> str:
    """整 closes an amount that ends at 元 or 角; one that ends at 分 needs none."""
    return "" if rest % 10 else "整"
