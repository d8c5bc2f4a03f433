"""Invented names, numbers, cards and phones: ids of the unassigned prefix 371599, cards of an unassigned BIN."""

from __future__ import annotations

from datetime import date
from random import Random

from households.identity import check_digit

SURNAMES = "王张李刘陈杨赵孙马徐朱郭高林郑谢宋冯于董程曹袁邓许傅沈曾彭吕"
MALE = "建国 志强 长海 德福 庆山 广田 传林 洪涛 学文 振华 永军 兆才 明亮 立新 保民 玉柱 金生 守义 连山 春生".split()  # noqa: SIM905
FEMALE = "秀英 桂兰 玉梅 素云 凤霞 淑珍 春花 月红 爱芹 金凤 兰英 翠平 海燕 丽华 新荣 瑞香 广芝 俊美 书琴 慧敏".split()  # noqa: SIM905
CHILD = "子涵 浩然 梓萱 雨桐 宇轩 欣怡 一诺 俊熙 思琪 铭泽 佳怡 晨曦 文博 可馨 嘉豪 诗雨 天佑 若曦 奕辰 梦瑶".split()  # noqa: SIM905
BIN = "620999"


class Inventor:
    """Draws people from one seeded source; no number is drawn twice."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - invented people, no secret
        self._serial = seed % 900

    def name(self, sex: str, age: int, surname: str = "") -> str:
        given = CHILD if age < 18 else MALE if sex == "M" else FEMALE
        return (surname or self.random.choice(SURNAMES)) + self.random.choice(given)

    def birth(self, age: int, on: date) -> date:
        """A birthday that makes the person this old on the day."""
        month, day = self.random.randint(1, 12), self.random.randint(1, 28)
        year = on.year - age - ((month, day) > (on.month, on.day))
        return date(year, month, day)

    def id_number(self, birth: date, sex: str) -> str:
        self._serial += 1
        order = self._serial % 500 * 2 + (sex == "M")
        prefix = f"371599{birth:%Y%m%d}{order % 1000:03d}"
        return prefix + check_digit(prefix)

    def card(self) -> str:
        """Nineteen digits that pass Luhn."""
        body = BIN + "".join(str(self.random.randint(0, 9)) for _ in range(12))
        doubled = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
        return f"{body}{-doubled % 10}"

    def phone(self) -> str:
        return f"100{self.random.randint(10_000_000, 99_999_999)}"
