"""The local rules the law leaves to the place: what each is, its unit, its bounds, what it does, and by which article.

All are empty until a paper is recorded. Those with `is_read` the rules read by themselves; the others are recorded and
shown to whoever rules or sets an amount.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from eligibility.models import RulingTest
from eligibility.programmes import Programme

_ASSETS: Final = (RulingTest.ASSETS_WITHIN_LIMIT, RulingTest.OBLIGOR_ASSETS)
_GROUPS: Final = (Programme.DIBAO, Programme.EDGE, Programme.TEKUN, Programme.RIGID)


@dataclass(frozen=True)
class LocalKey:
    """`programmes` it is set for one by one ([] none); `is_named` rows carry a name (a category, a tier).

    `answers` are the questions a person rules on while it is empty.
    """

    code: str
    label: str
    unit: str
    least: Decimal
    most: Decimal
    does: str
    article: str
    places: int = 4
    programmes: tuple[Programme, ...] = ()
    is_named: bool = False
    is_read: bool = False
    answers: tuple[RulingTest, ...] = ()


_ALL: Final = (
    LocalKey(
        "edge_multiple",
        "边缘家庭认定倍数",
        "倍低保标准",
        Decimal(1),
        Decimal(2),
        "月人均收入低于低保标准的几倍算边缘家庭，登记后系统自动使用；没有登记按 1.5 倍",
        "社会救助法 第21条",
        is_read=True,
    ),
    LocalKey(
        "rigid_ratio",
        "刚性支出比例",
        "倍年收入",
        Decimal("0.01"),
        Decimal(10),
        "十二个月刚性支出超过家庭年收入的多少（0.6 即六成），登记后系统自动使用；没有登记不作结论",
        "社会救助法 第22条",
        is_read=True,
    ),
    LocalKey(
        "work_cost_rate",
        "务工成本扣减比例",
        "占工资",
        Decimal(0),
        Decimal(1),
        "工资收入按这个比例扣减务工成本（0.1 即一成），登记后系统自动使用；已填实际务工成本的人按实际",
        "民发〔2021〕57号 第13条",
        is_read=True,
    ),
    LocalKey(
        "financial_assets",
        "人均金融资产上限",
        "倍年低保标准",
        Decimal(0),
        Decimal(50),
        "存款、证券等人均不超过年低保标准的几倍；认定财产时列出对照，由人认定",
        "民发〔2021〕57号 第14条",
        programmes=_GROUPS,
        answers=_ASSETS,
    ),
    LocalKey(
        "vehicles",
        "允许的机动车",
        "辆",
        Decimal(0),
        Decimal(5),
        "全家可以有几辆机动车（残疾人代步车、农机不算）；认定财产时列出对照，由人认定",
        "民发〔2021〕57号 第14条",
        places=0,
        programmes=_GROUPS,
        answers=_ASSETS,
    ),
    LocalKey(
        "homes",
        "允许的住房",
        "套",
        Decimal(0),
        Decimal(5),
        "全家可以有几套住房；认定财产时列出对照，由人认定",
        "民发〔2021〕57号 第14条",
        places=0,
        programmes=_GROUPS,
        answers=_ASSETS,
    ),
    LocalKey(
        "basic_pension",
        "基础养老金是否计入收入",
        "（1 计入，0 不计入）",
        Decimal(0),
        Decimal(1),
        "2026 年起没有全国规定；登记备查，由人认定",
        "民发〔2021〕57号 第13条",
        places=0,
        answers=(RulingTest.BASIC_PENSION_COUNTED,),
    ),
    LocalKey(
        "support_line",
        "赡养能力线",
        "倍低保标准",
        Decimal(0),
        Decimal(10),
        "义务人家庭人均收入超过低保标准的几倍起计赡养费；登记备查，金额由人认定",
        "民发〔2021〕57号 第13条",
    ),
    LocalKey(
        "support_share",
        "赡养费比例",
        "占超出部分",
        Decimal(0),
        Decimal(1),
        "超出部分按多大比例计赡养费（0.5 即五成）；登记备查，金额由人认定",
        "民发〔2021〕57号 第13条",
    ),
    LocalKey(
        "support_divisor",
        "赡养费分摊人数",
        "人",
        Decimal(1),
        Decimal(20),
        "一个义务人的赡养费由几位被赡养人分摊；登记备查，金额由人认定",
        "民发〔2021〕57号 第13条",
        places=0,
    ),
    LocalKey(
        "add_on",
        "分类施保增发",
        "元/月",
        Decimal("0.01"),
        Decimal(100_000),
        "老年人、未成年人、重残、重病等每人每月增发；登记备查，金额由人认定",
        "社会救助法 第20条",
        places=2,
        is_named=True,
    ),
    LocalKey(
        "tier",
        "分档补助",
        "元/月",
        Decimal("0.01"),
        Decimal(100_000),
        "按档发放的每档金额；登记备查，金额由人认定",
        "民发〔2021〕57号 第23条",
        places=2,
        is_named=True,
    ),
    LocalKey(
        "township_limit",
        "临时救助乡镇审批限额",
        "元/次",
        Decimal("0.01"),
        Decimal(1_000_000),
        "乡镇可以自行审批的临时救助金额；登记备查，由人掌握",
        "国务院令第649号 第48条",
        places=2,
    ),
    LocalKey(
        "budget",
        "年度预算",
        "元/年",
        Decimal(1),
        Decimal(10_000_000_000),
        "本县一个项目一年的预算，试算新标准时对照",
        "",
        places=2,
        programmes=tuple(one for one in Programme if one not in (Programme.EDGE, Programme.RIGID)),
    ),
)
KEYS: Final[dict[str, LocalKey]] = {one.code: one for one in _ALL}
