"""The programmes of social assistance: one enum, used by every floor above. No Django here."""

from __future__ import annotations

from enum import StrEnum


class Programme(StrEnum):
    """A programme of assistance, in the order every answer lists them."""

    DIBAO = "dibao"
    DIBAO_SINGLE = "dibao_single"
    TEKUN = "tekun"
    TEMPORARY = "temporary"
    EDGE = "edge"
    RIGID = "rigid"
    ORPHAN = "orphan"
    DE_FACTO_ORPHAN = "de_facto_orphan"
    DISABILITY_LIVING = "disability_living"
    DISABILITY_CARE = "disability_care"

    @property
    def label(self) -> str:
        """The term of law, in Chinese."""
        return _LABELS[self]

    @property
    def per_person(self) -> bool:
        """Answered for single people of the household, not for the family."""
        return self in _PER_PERSON

    @property
    def per(self) -> str:
        """How often a sum is paid: `month` or `once`."""
        return "once" if self is Programme.TEMPORARY else "month"

    @property
    def excludes(self) -> tuple[Programme, ...]:
        """What whoever holds this one may not hold, as the law lists it (one-directional)."""
        return _EXCLUDES.get(self, ())

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Value and label of every programme, as a form or a model field wants them."""
        return [(programme.value, programme.label) for programme in cls]


_LABELS = {
    Programme.DIBAO: "最低生活保障",
    Programme.DIBAO_SINGLE: "单人保",
    Programme.TEKUN: "特困人员救助供养",
    Programme.TEMPORARY: "临时救助",
    Programme.EDGE: "最低生活保障边缘家庭",
    Programme.RIGID: "刚性支出困难家庭",
    Programme.ORPHAN: "孤儿",
    Programme.DE_FACTO_ORPHAN: "事实无人抚养儿童",
    Programme.DISABILITY_LIVING: "困难残疾人生活补贴",
    Programme.DISABILITY_CARE: "重度残疾人护理补贴",
}

_PER_PERSON = frozenset(
    {
        Programme.DIBAO_SINGLE,
        Programme.TEKUN,
        Programme.ORPHAN,
        Programme.DE_FACTO_ORPHAN,
        Programme.DISABILITY_LIVING,
        Programme.DISABILITY_CARE,
    }
)

_EXCLUDES = {
    # A family holds one of dibao, edge and rigid.
    Programme.DIBAO: (Programme.EDGE, Programme.RIGID),
    Programme.EDGE: (Programme.DIBAO, Programme.RIGID),
    Programme.RIGID: (Programme.DIBAO, Programme.EDGE),
    # 民发〔2021〕43号 art. 9; the subsidies: 鲁政发〔2015〕27号.
    Programme.TEKUN: (
        Programme.DIBAO,
        Programme.DIBAO_SINGLE,
        Programme.ORPHAN,
        Programme.DE_FACTO_ORPHAN,
        Programme.DISABILITY_LIVING,
        Programme.DISABILITY_CARE,
    ),
    Programme.ORPHAN: (Programme.DE_FACTO_ORPHAN, Programme.DIBAO_SINGLE),
    Programme.DE_FACTO_ORPHAN: (Programme.ORPHAN, Programme.DIBAO_SINGLE),
}
