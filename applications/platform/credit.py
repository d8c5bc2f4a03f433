"""What may lawfully go to the city's credit platform: decisions that help was got by fraud, taken with due process.

A natural person's record may be transferred or queried with authority, never published (山东省社会信用条例 art. 20).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from applications.platform.rows import Window, Written

HEADINGS = ("行号", "记录编号", "证件号码", "认定事由", "认定日期", "认定机关", "信息保留至")


def records(window: Window, on: date) -> Iterator[Written]:
    """The records of the window. No decision of fraud can be taken in this system yet, so there is none to transfer.

    Refusals, stops and mismatches found by checking are no such decision and are never sent from here.
    """
    return iter(())
