"""The kinds these tests hold against declared facts, as `kinds.yaml` has them."""

from __future__ import annotations

from typing import Any

from verification.sources.base import Kind


def kind(code: str, label: str, value: str, compares: dict[str, tuple[str, ...]], **given: Any) -> Kind:
    plain: dict[str, Any] = {
        "fields": (),
        "scope": "person",
        "tolerance_fen": 0,
        "tolerance_percent": 0,
        "direction": "any",
        "article": "民发〔2021〕57号第十七条",
        "is_standing": True,
        "hold": "",
        "accept": {"family_admits": "家庭已承认", "paper_seen": "已看到证明材料"},
        "dispute": {"same_name": "同名或证件号登记错误", "register_outdated": "登记信息未及时更新"},
    }
    return Kind(code=code, label=label, value=value, compares=compares, **{**plain, **given})


ABSENCE = {"circumstance": ("absence", "status")}
HOME: dict[str, Any] = {"scope": "household", "direction": "higher"}

DEATH = kind("death", "死亡", "date", {"membership": ("any",)}, hold="death")
CUSTODY = kind("custody", "服刑羁押", "list", ABSENCE, hold="custody")
HUKOU = kind("hukou", "户籍", "list", {"membership": ("any",)}, hold="moved")
OTHER_AID = kind("other_aid", "其他地方享受的救助", "list", {"circumstance": ("receives",)}, hold="doubtful")
MARRIAGE = kind("marriage", "婚姻登记", "list", {"membership": ("spouse",)}, hold="doubtful")
VEHICLE = kind("vehicle", "机动车", "count", {"asset": ("vehicle",)}, **HOME)
HOUSE = kind("house", "不动产", "count", {"asset": ("house",)}, **HOME)
COMPANY = kind("company", "市场主体任职持股", "list", {"income": ("business",)}, direction="higher")
EMPLOYMENT = kind(
    "employment", "参保就业", "list", {"income": ("wage",)},
    direction="higher", tolerance_fen=10_000, tolerance_percent=10,
)  # fmt: skip
PENSION = kind("pension", "养老金", "fen_month", {"income": ("pension",)}, direction="higher", tolerance_fen=2_000)
STANDING = (DEATH, CUSTODY, HUKOU, OTHER_AID, MARRIAGE, VEHICLE, HOUSE, COMPANY, EMPLOYMENT, PENSION)

NOW: dict[str, Any] = {"is_standing": False}
BASIC_PENSION = kind(
    "basic_pension", "居民基础养老金", "fen_month", {"income": ("basic_pension",)},
    direction="both", tolerance_fen=2_000, **NOW,
)  # fmt: skip
TAX = kind("tax_wage", "申报个税的工资", "fen_year", {"income": ("wage",)},
           direction="higher", tolerance_fen=1_000, tolerance_percent=10, **NOW)  # fmt: skip
SUBSIDY = kind("subsidy", "一卡通补贴", "fen_year", {"income": ("transfer",)}, **HOME, **NOW)
DEPOSIT = kind("deposit", "存款", "fen", {"asset": ("deposit",)}, tolerance_fen=100_000, **HOME, **NOW)
MACHINE = kind("farm_machine", "农机", "count", {"income": ("business",)}, **HOME, **NOW)
BIRTH = kind("birth", "生育登记", "list", {"membership": ("child",)}, **HOME, **NOW)
SCHOOL = kind("school", "在校", "list", {"circumstance": ("student",)}, **NOW)
DISABILITY = kind("disability", "残疾人证", "list", {"circumstance": ("disability",)}, **NOW)
MENTAL = kind("serious_mental", "严重精神障碍在册", "flag", {"circumstance": ("disability", "health")}, **NOW)
MISSING = kind("missing_declared", "宣告失踪", "date", ABSENCE, hold="doubtful", **NOW)
ENFORCEMENT = kind("enforcement", "被执行案件", "count", {}, direction="higher", **NOW)
OTHERS = (
    BASIC_PENSION, TAX, SUBSIDY, DEPOSIT, MACHINE, BIRTH, SCHOOL, DISABILITY, MENTAL, MISSING, ENFORCEMENT,
)  # fmt: skip
ALL = {one.code: one for one in (*STANDING, *OTHERS)}
