"""Names of people: as stored, as compared, and as searched by pinyin initials.

Stored as on the document, with one separator (U+00B7) and the whole of GB 18030 (民委发〔2016〕33号).
"""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, pinyin

LONGEST_NAME = 50  # 民委发〔2016〕33号: systems must take at least fifty characters
LONGEST_INITIALS = 100
MOST_INITIALS = LONGEST_INITIALS // 2  # of two letters, the shortest anybody searches by

# Ranges, not unicodedata: Python 3.11 knows Unicode 14, extensions H, I and J came later.
_HAN = "〇㐀-䶿一-鿿﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧-﨩\U00020000-\U0002ee5d\U00030000-\U00033479"
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ"

_SEPARATORS = "·•・‧･∙⋅●▪᛫"
_FULL_STOPS = ".。｡﹒．"
_INVISIBLE = re.compile("[\u00ad\u180b-\u180e\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_SPACE_AT_HAN = re.compile(rf"(?<=[{_HAN}{_SEPARATORS}])\s+|\s+(?=[{_HAN}{_SEPARATORS}])")
_SEPARATOR = re.compile(rf"[{_SEPARATORS}]+|(?<=[{_HAN}])[{_FULL_STOPS}]+(?=[{_HAN}])")
_FOREIGN = re.compile(rf"[^{_HAN}{_LATIN}· .'’-]")
_NO_LETTERS = ("Z", "P", "S", "M", "Cc", "Cf")
_EDGES = re.compile(r"^[· .'’-]|[· '’-]$")

# Radicals look like the characters they come from and arrive by copying out of PDFs. Unicode folds the Kangxi block;
# of the supplement it folds two, the rest here are whole characters by EquivalentUnifiedIdeograph.txt.
_RADICALS = {c: unicodedata.normalize("NFKC", chr(c)) for c in range(0x2F00, 0x2FD6)} | str.maketrans(
    "⺒⺓⺛⺟⺠⺧⺩⺪⺫⺬⺮⺽⻁⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
    "巳幺旡母民牛王疋目示竹臼虎西见角贝足车長长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
)

# For comparing only: traditional forms, popular second spellings, and look-alikes that hands and scanners confuse.
_VARIANTS = str.maketrans(
    "張劉陳楊趙黃吳孫馬羅鄭謝許韓馮鄧葉蘇盧賈譚陸鐘鍾龍萬錢湯賴龔閻顧蕭國華軍偉強東蘭鳳麗艷榮寶貴愛雲紅慶學樹興長書義賢衛瑩潔靜穎嬌蓮銀鎖鐵鋼錦環瓊曉時來順發財豐喬呂"
    "囯喆堃峯羣祕於甯寧煇昇惪悳付肖闫代邱"
    "曰已巳末士戌戍玊囗",
    "张刘陈杨赵黄吴孙马罗郑谢许韩冯邓叶苏卢贾谭陆钟钟龙万钱汤赖龚阎顾萧国华军伟强东兰凤丽艳荣宝贵爱云红庆学树兴长书义贤卫莹洁静颖娇莲银锁铁钢锦环琼晓时来顺发财丰乔吕"
    "国哲坤峰群秘于宁宁辉升德德傅萧阎戴丘"
    "日己己未土戊戊玉口",
)

# Readings as a surname where they are not the common ones, the likelier first; a dash parts a double surname's two.
_SURNAMES: dict[str, str] = dict(
    re.findall(
        r"(\w+):(\S+)",
        "单:shan 曾:zeng 仇:qiu 区:ou 解:xie 查:zha 盖:ge,gai 覃:qin,tan 朴:piao 任:ren 华:hua 乐:yue,le 缪:miao "
        "宓:mi,fu 逄:pang 尹:yin 员:yun 秘:bi 冼:xian 洗:xian 折:she 种:chong 召:shao 黑:he 繁:po 句:gou 谌:chen,shan "
        "隗:wei,kui 牟:mou,mu 佴:nai 翟:zhai,di 祭:zhai 郗:xi,chi 郇:xun,huan 眭:sui 厍:she 适:kuo 都:du 乜:nie 葛:ge "
        "莘:shen,xin 纪:ji 尉:wei 万:wan 长:chang 车:che 石:shi 沈:shen 曲:qu 宁:ning 应:ying 那:na 燕:yan 盛:sheng "
        "尉迟:yu-chi 万俟:mo-qi 长孙:zhang-sun 澹台:tan-tai 单于:chan-yu 鲜于:xian-yu 令狐:ling-hu 宰父:zai-fu "
        "闾丘:lü-qiu 皇甫:huang-fu 臧:zang",
    )
)


class NameRefused(ValueError):
    """A name that is not taken. `code` is for programs, `message` is the sentence shown at the field."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_name(text: str) -> str:
    """The name as it is stored: NFC, no invisible marks, `·` between parts, no spaces beside Han.

    Raises NameRefused: empty, length, control, direction, digit, radical, private, symbol, script, edges.
    """
    whole = unicodedata.normalize("NFC", text.translate(_RADICALS))
    seen = _INVISIBLE.sub("", whole).strip()
    if not seen:
        raise NameRefused("empty", "填写姓名，和证件一致")
    _refuse_hidden(seen)
    name = _SEPARATOR.sub("·", re.sub(r"\s+", " ", _SPACE_AT_HAN.sub("", seen)))
    if stranger := _FOREIGN.search(name):
        raise _strange(stranger.group(), stranger.start())
    if _EDGES.search(name):
        raise NameRefused("edges", "姓名开头和结尾不能是符号，删去")
    if len(name) > LONGEST_NAME:
        raise NameRefused("length", f"姓名最多 {LONGEST_NAME} 个字，现有 {len(name)} 个")
    return name


def match_key(name: str) -> str:
    """What two spellings of one name share: for finding twins to warn about, never for merging people.

    Takes any text, so rows from outside can be compared before they are read. Separators, spaces, case, width,
    traditional forms and look-alike characters (未 and 末) do not count.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.translate(_RADICALS)).casefold())
    return "".join(c for c in folded if not unicodedata.category(c).startswith(_NO_LETTERS)).translate(_VARIANTS)


def pinyin_initials(name: str) -> tuple[str, ...]:
    """The ways to type the name's initials, the likeliest first: 单乐 → ("sy", "sl", "dy", …).

    A surname's own reading comes first (单 shàn), every reading of a heteronym after it. Joined by spaces they fit
    into 100 characters: of names with very many readings the unlikeliest are left out. Words in Latin letters give
    their first letter; characters no dictionary reads are passed over.
    """
    ways: dict[str, int] = {"": 0}
    for letters in _letters(name):
        longer = {way + c: rank + r for way, rank in ways.items() for r, c in enumerate(letters)}
        ways = dict(sorted(longer.items(), key=lambda ranked: ranked[1])[:MOST_INITIALS])
    length = len(next(iter(ways)))
    return tuple(ways)[: (LONGEST_INITIALS + 1) // (length + 1)] if length else ()


def _refuse_hidden(seen: str) -> None:
    if _BIDI.search(seen):
        raise NameRefused("direction", "姓名里有看不见的方向符，清空后重输")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in seen):
        raise NameRefused("control", "姓名里有看不见的控制符，清空后重输")


def _strange(char: str, position: int) -> NameRefused:
    """The refusal that fits a character which is neither Han nor Latin nor a separator in its place."""
    category = unicodedata.category(char)
    nth = f"姓名第 {position + 1} 个字"
    if category[0] == "N":
        return NameRefused("digit", "姓名里有数字，对照证件删去")
    if category == "Co":
        return NameRefused("private", f"{nth}是自造字，换成国标字")
    if "⺀" <= char <= "⿕" or "㇀" <= char <= "㇯":
        return NameRefused("radical", f"{nth}是偏旁，换成整字")
    if category[0] in "LM":
        return NameRefused("script", f"{nth}不是汉字或拉丁字母，重输")
    return NameRefused("symbol", f"{nth}是符号，对照证件删去")


def _letters(name: str) -> list[tuple[str, ...]]:
    """For each character that is read, and each Latin word, its possible first letters."""
    surname = next((name[:n] for n in (2, 1) if name[:n] in _SURNAMES), "")
    own = _SURNAMES.get(surname, "").split("-")
    letters: list[tuple[str, ...]] = []
    for position, token in enumerate(re.findall(rf"[{_LATIN}][{_LATIN}'’.-]*|[{_HAN}]", name)):
        first = [reading[0] for reading in own[position].split(",") if reading] if position < len(own) else []
        if every := tuple(dict.fromkeys([*first, *_readings(token)])):
            letters.append(every)
    return letters


@lru_cache(maxsize=8192)
def _readings(token: str) -> tuple[str, ...]:
    """First letters of a Han character's readings, or of a Latin word; none for a character no dictionary reads."""
    if re.match(rf"[{_LATIN}]", token):
        plain = unicodedata.normalize("NFKD", token[0]).lower()[0]
        return (plain,) if plain.isascii() else ()
    found = pinyin(token, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(letter for letter in (found[0] if found else ()) if letter.isascii()))
