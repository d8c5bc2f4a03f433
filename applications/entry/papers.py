"""The papers each programme wants, as a checklist at the window; what checking can find is not asked for."""

from __future__ import annotations

from dataclasses import dataclass

from eligibility.programmes import Programme

P = Programme


@dataclass(frozen=True)
class Paper:
    """One paper and the programmes that want it; `only_need` narrows temporary aid to one need."""

    code: str
    label: str
    programmes: tuple[Programme, ...]
    only_need: str = ""

    def is_for(self, programme: str, need_kind: str) -> bool:
        return programme in self.programmes and self.only_need in ("", need_kind)


_FAMILY = (P.DIBAO, P.EDGE, P.DIBAO_SINGLE)
_ALL = (*_FAMILY, P.TEKUN, P.TEMPORARY)

PAPERS = (
    Paper("application", "申请书", _ALL),
    Paper("commitment", "家庭状况承诺书", _ALL),
    Paper("income_proof", "收入凭据", _FAMILY),
    Paper("severe_proof", "残疾证或重病诊断", (P.DIBAO_SINGLE,)),
    Paper("no_labour_proof", "无劳动能力材料", (P.TEKUN,)),
    Paper("medical_bills", "医疗费用票据", (P.TEMPORARY,), only_need="medical"),
    Paper("school_bills", "录取通知书或学费票据", (P.TEMPORARY,), only_need="education"),
)
LABELS = {paper.code: paper.label for paper in PAPERS}


def wanted(programme: str, need_kind: str) -> tuple[Paper, ...]:
    """The checklist of one application, in the order it is gone through."""
    return tuple(paper for paper in PAPERS if paper.is_for(programme, need_kind))
