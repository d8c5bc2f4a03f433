"""Working-day arithmetic: pure, dates only. The calendar is rows from the State Council's yearly notice.

民法典 201–203: the first day is not counted; a period of natural days that ends on a day off ends on the next
working day. "工作日" in 57号 and 43号 are working days, "7 天" of public notice are natural days.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

NOTICE_DAYS = 7  # 民发〔2021〕57号 art. 19
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off and make-up days, and the years whose notice is out.

    In any other year only Saturdays and Sundays are off, and every answer there is provisional.
    """

    off: frozenset[date]
    work: frozenset[date]
    announced: frozenset[int]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[date, str]]) -> "Calendar":
        """Rows of (date, "off" | "work"). Raises ValueError for another kind, or a day that is both.

        A year counts as announced where its National Day is a row: a notice also names days of the December before.
        """
        days: dict[str, set[date]] = {"off": set(), "work": set()}
        for day, kind in rows:
            if kind not in days:
                raise ValueError(f"{day}: {kind!r} is neither off nor work")
            days[kind].add(day)
        if both := days["off"] & days["work"]:
            raise ValueError(f"{min(both)} is both off and work")
        announced = {day.year for day in days["off"] if (day.month, day.day) == (10, 1)}
        return cls(frozenset(days["off"]), frozenset(days["work"]), frozenset(announced))

    @property
    def known_through(self) -> date | None:
        """The last day of the last announced year; None where no year is."""
        return date(max(self.announced), 12, 31) if self.announced else None

    def is_provisional(self, day: date) -> bool:
        """Whether a deadline on this day may still move, because that year's notice is not out."""
        return day.year not in self.announced

    def is_working_day(self, day: date) -> bool:
        """A weekday that is no holiday, or a weekend day worked in its stead (调休)."""
        if day in self.off:
            return False
        return day.weekday() < _SATURDAY or day in self.work

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after `start`, which is not counted itself; n = 0 is `start`."""
        if n < 0:
            raise ValueError("working days are counted forwards")
        day = start
        for _ in range(n):
            day = self.roll_forward(day + _ONE_DAY)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative where `end` comes first.

        The inverse of adding: `working_days_between(d, add_working_days(d, n)) == n`.
        """
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(day) for day in _days(start + _ONE_DAY, end))

    def roll_forward(self, day: date) -> date:
        """The day itself where it is a working day, else the next one (民法典 203)."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def notice_end(self, posted: date, days: int = NOTICE_DAYS, *, working: bool = False) -> date:
        """The last day of a public notice: natural days after the posting day, the last one rolled forward.

        `working` counts working days instead, where the county has chosen so (the openness list's reading).
        """
        return self.add_working_days(posted, days) if working else self.roll_forward(posted + timedelta(days=days))

    def confirmation_opens(self, posted: date, days: int = NOTICE_DAYS, *, working: bool = False) -> date:
        """The first day a decision may be taken: the day after the notice has ended."""
        return self.notice_end(posted, days, working=working) + _ONE_DAY


def first_payment_month(confirmed: date) -> date:
    """The first day of the month after confirmation, from which money is due (57号, 43号)."""
    return date(confirmed.year + confirmed.month // 12, confirmed.month % 12 + 1, 1)


def _days(first: date, last: date) -> Iterator[date]:
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
