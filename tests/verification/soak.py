"""72 hours with the same processes: three nights by a moved clock, and nothing grows from one to the next.

    python -m tests.verification.soak --broker redis

Before each night nothing is planned at 21:58; it is planned after 22:00, closed, and by 06:31 everything rests. Then:
connections to PostgreSQL, open files of worker, pool and beat, Redis keys and messages, files of the broker's folders.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.verification.town import Town, children_of, end, launch, town, until
from tests.verification.ways import WAYS

TICK = 1.0
LONGEST = 90
HOURS = {"AID_NIGHT_BEGINS_AT": "22:00", "AID_NIGHT_PROMISED_AT": "06:30"}


class Soak:
    """The processes, the clock they follow, and what they use."""

    def __init__(self, made: Town, way: str) -> None:
        self.made, self.way = made, way
        self.clock = made.folder / "clock"
        self.clock.write_text("0")
        environment = made.environment(way, way, AID_CLOCK_FILE=str(self.clock), **HOURS)
        place = made.folder / way
        self.processes = {
            name: launch(_moved(command), place / f"{name}.log", environment)
            for name, command in zip(("worker", "beat"), WAYS[way], strict=True)
        }

    def at(self, day: date, hour: str) -> None:
        """It is that moment, for every process and for the database, once a few ticks have been heard."""
        from django.utils import timezone

        moment = datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=timezone.get_current_timezone())
        seconds = int(moment.timestamp() - time.time())
        self.made.postgres.ask(self.way, "UPDATE accounts_deployment SET clock_shift_seconds = %s", seconds)
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.clock)
        time.sleep(3 * TICK)

    def uses(self) -> dict[str, int]:
        worker = self.processes["worker"].pid
        pool = children_of(worker)
        return {
            "connections": self._count("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", self.way),
            "files of the worker": _files(worker),
            # The most of one: a child that has had nothing to do yet opens its own later.
            "files of one of its pool": max(map(_files, pool), default=0),
            "processes of its pool": len(pool),
            "files of the beat": _files(self.processes["beat"].pid),
            "keys in Redis": len(self.made.redis.keys()),
            "messages in Redis": self.made.redis.keys().get("celery", 0),
            "files of the broker": sum(path.is_file() for path in self._broker().rglob("*")),
        }

    def _broker(self) -> Path:
        return self.made.folder / "data" / "broker"

    def _count(self, statement: str, *values: Any) -> int:
        return int(self.made.postgres.ask(self.way, statement, *values)[0][0])

    def runs(self) -> list[tuple[Any, ...]]:
        return [(str(on), state) for on, state in self._runs()]

    def _runs(self) -> list[tuple[Any, ...]]:
        return self.made.postgres.ask(self.way, 'SELECT "on", state FROM verification_run ORDER BY "on"')


def _moved(command: Sequence[str]) -> list[str]:
    """The same Celery, with the clock of `moved`."""
    words = list(command)
    return [sys.executable, "-m", "tests.verification.moved", *words[words.index("liaocheng_aid.celery") + 1 :]]


def _files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def least(soak: Soak) -> dict[str, int]:
    """What is in use when nothing is done: the least of several looks, as ticks come and go."""
    looks = []
    for _ in range(12):
        looks.append(soak.uses())
        time.sleep(TICK / 3)
    return {key: min(look[key] for look in looks) for key in looks[0]}


def three_nights(soak: Soak, first: date) -> list[dict[str, Any]]:
    nights = []
    for number in range(3):
        day = first + timedelta(days=number)
        soak.at(day, "21:58")
        early = len(soak.runs())
        soak.at(day, "22:01")
        until(lambda: len(soak.runs()) == number + 1, LONGEST, "planned")  # noqa: B023
        until(lambda: "running" not in [state for _, state in soak.runs()], LONGEST, "closed")
        soak.at(day + timedelta(days=1), "00:30")
        soak.at(day + timedelta(days=1), "06:31")
        nights.append({"planned before ten": early - number, "runs": soak.runs(), "uses": least(soak)})
    return nights


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.verification.soak", description=__doc__)
    parser.add_argument("--broker", choices=sorted(WAYS), default="redis")
    parser.add_argument("--households", type=int, default=50)
    options = parser.parse_args(arguments)
    with town(AID_TICK_SECONDS=str(TICK)) as made:
        from accounts import clock
        from tests.verification.county import populate
        from tests.verification.worlds import FEW, world

        populate(options.households)
        made.postgres.ask("aid", "UPDATE accounts_deployment SET mode = 'test'")
        made.copy(options.broker)
        first = clock.today() + timedelta(days=1)
        with world(made.folder / options.broker / "world", only=FEW, rest=("human_resources",), every_days=1):
            soak = Soak(made, options.broker)
            try:
                nights = three_nights(soak, first)
            finally:
                for process in soak.processes.values():
                    end(process)
        said = {"first": str(first), "nights": nights, "tally": made.tally(options.broker)}
    sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
