"""A batch as a workbook: text that stays text, money as numbers; no number of a card or an account."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import xlsxwriter

from accounts import audit
from accounts.models import User
from applications.adjustments import figures
from applications.models import AdjustmentBatch

COLUMNS = ("结果", "领款人", "受理编号", "项目", "乡镇", "村", "现发", "新额", "新额自", "补发合计", "说明", "办理")


def written(batch: AdjustmentBatch, *, actor: User, on: date) -> bytes:
    """The whole batch in the order of its page; the export is audited."""
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as workbook:
        table, money = workbook.add_worksheet("标准调整"), workbook.add_format({"num_format": "#,##0.00"})
        for column, label in enumerate(COLUMNS):
            table.write_string(0, column, label)
        for at, row in enumerate(figures.rows(batch), start=1):
            parent = row.region.parent
            texts = {
                0: row.get_outcome_display(),
                1: row.award.payee.name,
                2: row.award.case_number,
                3: row.get_programme_display(),
                4: parent.name if parent else "",
                5: row.region.name,
                8: f"{row.from_month:%Y-%m}" if row.from_month else "",
                10: row.note or row.detail,
                11: row.get_state_display(),
            }
            for column, text in texts.items():
                table.write_string(at, column, text)
            for column, fen in ((6, row.before_fen), (7, row.after_fen), (9, row.back_pay_fen)):
                if fen is not None:
                    table.write_number(at, column, Decimal(fen).scaleb(-2), money)
    audit.record(actor, "adjustment.export", batch, on=on, region_code=batch.region_id)
    return made.getvalue()
