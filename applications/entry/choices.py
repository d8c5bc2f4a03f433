"""What can be chosen on the entry form, in the order of the keys a clerk presses."""

from __future__ import annotations

from dataclasses import dataclass

from eligibility.programmes import Programme
from households.models.facts import IncomeKind
from households.models.people import IdKind, Relation

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """One line of the window's list: a programme, with its area or its need where the line already says so."""

    code: str
    label: str
    programme: Programme
    area: str = ""
    need_kind: str = ""


ITEMS = (
    Item("dibao_rural", "农村低保", Programme.DIBAO, area="rural"),
    Item("dibao_urban", "城市低保", Programme.DIBAO, area="urban"),
    Item("edge", "低保边缘家庭", Programme.EDGE),
    Item("dibao_single", "单人保", Programme.DIBAO_SINGLE),
    Item("tekun", "特困供养", Programme.TEKUN),
    Item("temporary_medical", "临时救助（医疗）", Programme.TEMPORARY, need_kind="medical"),
    Item("temporary_education", "临时救助（教育）", Programme.TEMPORARY, need_kind="education"),
)
BY_CODE = {item.code: item for item in ITEMS}


def item_of(programme: str, area: str, need_kind: str) -> str:
    """The line a matter was entered under; "" where the window has none for it."""
    for item in ITEMS:
        if item.programme == programme and item.area in ("", area) and item.need_kind == need_kind:
            return item.code
    return ""


AREAS: Pairs = (("rural", "农村"), ("urban", "城市"))
CHANNELS: Pairs = (("window", "窗口"), ("phone", "手机"), ("village", "村送件"))
RELATIONS: Pairs = tuple((r.value, r.label) for r in Relation if r is not Relation.HEAD)
ID_KINDS: Pairs = tuple((kind.value, kind.label) for kind in IdKind)
ID_REASONS: Pairs = (
    ("old_area", "区划已撤并"),
    ("police", "派出所已证明"),
    ("residence", "港澳台或外籍居民"),
    ("lost", "证件遗失待补"),
    ("newborn", "尚未办理户口"),
)
SEXES: Pairs = (("M", "男"), ("F", "女"))
HEALTH: Pairs = (("fair", "一般"), ("good", "良好"), ("chronic", "慢性病"), ("severe", "重病"))
WORK: Pairs = (("able", "有劳动能力"), ("partial", "部分劳动能力"), ("unable", "无劳动能力"))
STUDENT: Pairs = (
    ("compulsory", "义务教育"),
    ("senior_high", "普通高中"),
    ("vocational", "中等职业"),
    ("junior_college", "大专"),
    ("undergraduate", "本科"),
    ("postgraduate", "研究生"),
)
DISABILITY: Pairs = (
    ("visual", "视力"),
    ("hearing", "听力"),
    ("speech", "言语"),
    ("physical", "肢体"),
    ("intellectual", "智力"),
    ("mental", "精神"),
    ("multiple", "多重"),
)
GRADES: Pairs = (("1", "一级"), ("2", "二级"), ("3", "三级"), ("4", "四级"))
YES_NO: Pairs = (("yes", "是"), ("no", "否"))
ABSENCE: Pairs = (
    ("prison", "服刑"),
    ("drug_isolation", "强制隔离戒毒"),
    ("missing", "宣告失踪"),
    ("religious_3_years", "在宗教场所居住满三年"),
)
PRIOR: Pairs = (("dibao", "低保"), ("tekun", "特困供养"), ("edge", "低保边缘"), ("dibao_single", "单人保"))
INCOME: Pairs = tuple((kind.value, kind.label) for kind in IncomeKind)
PERIODS: Pairs = (("month", "月"), ("year", "年"))
RECEIVES: Pairs = (("dibao", "低保"), ("tekun", "特困供养"), ("edge", "低保边缘"))
STATUS: Pairs = (("prison", "服刑"), ("missing", "宣告失踪"), ("no_capacity", "无民事行为能力"))
WITHIN: Pairs = (("yes", "符合规定"), ("no", "不符合规定"))
HARDSHIP: Pairs = tuple(
    (words, words) for words in ("重病", "年老缺劳力", "残疾", "失业", "缺少技能", "就学支出", "意外事故", "其他")
)
ACCOUNT_KINDS: Pairs = (("card", "社保卡"), ("passbook", "存折"))

# What the one key of 特殊情况 opens: the fields of that group. An ordinary person costs this one key.
PERSON_SPECIAL: Pairs = (
    ("disability", "残疾"),
    ("illness", "重病"),
    ("student", "在校"),
    ("absence", "服刑、失踪等"),
    ("care", "生活自理"),
    ("work", "健康、劳动能力"),
    ("away", "不同住"),
    ("prior", "正在享受"),
    ("papers", "其他证件"),
)
OBLIGOR_SPECIAL: Pairs = (
    ("receives", "正在享受"),
    ("disability", "残疾"),
    ("status", "服刑、失踪等"),
    ("assets", "财产情况"),
    ("papers", "没有证件号"),
)
