"""R-07: a night with everything killed again and again, beside the same night left alone: nothing lost or doubled.

    python -m tests.verification.killing --people 20000 --kills 20 --seed 7

Real workers (prefork, 2) and a real beat on a Redis and a PostgreSQL of its own, departments in a process of their
own, two of five called. Prints one JSON object; exit 1 where a promise is broken. Ticks are hurried (`--tick`), so
that a minute's wait does not hide what is lost; the lease is the real one unless `--lease` says otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from random import Random
from typing import Any

from liaocheng_aid.database.place import ROOT
from tests.verification.town import BEAT, WORKER, Town, children_of, end, launch, lives, town, until

Met = tuple[int, Callable[[], object], Callable[[], object]]  # whom, how it is killed, how it is started again
MIX = {"worker": 8, "child": 6, "beat": 2, "redis": 2, "postgres": 2}
RESTART_SECONDS = 0.5
CALLED = ("market", "human_resources")


@dataclass(frozen=True)
class Kill:
    """One kill to come: what, once this share of the results is there, and how long after."""

    victim: str
    share: float
    delay: float


@dataclass
class Hit:
    """One kill done: whom it met, and where the night stood."""

    victim: str
    pid: int
    lived: bool
    died: bool
    answered: int
    is_night_open: bool


@dataclass
class Night:
    """One trial: its processes, and what was done to them."""

    town: Town
    name: str
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)

    def start(self, what: str) -> None:
        command, log = (WORKER if what == "worker" else BEAT), self.town.folder / self.name / f"{what}.log"
        self.processes[what] = launch(command, log, self.environment)

    def answered(self) -> int:
        statement = "SELECT coalesce(sum(answered), 0) FROM verification_request"
        return int(self.town.postgres.ask(self.name, statement)[0][0])

    def revive(self) -> None:
        """What ended of itself is started again, as a container or our supervisor does.

        A worker gives up when its whole pool is killed before it has begun.
        """
        for what, process in list(self.processes.items()):
            if process.poll() is not None:
                end(process)
                self.start(what)
                self.revived.append(what)

    def is_closed(self) -> bool:
        """Looked at again and again while the night goes on; whoever looks watches over the processes too."""
        self.revive()
        return self.town.is_over(self.name)

    def kill(self, kill: Kill, chance: Random) -> None:
        """With -9, PostgreSQL as an immediate stop; what watches over it starts it again at once."""
        answered, is_open = self.answered(), not self.is_closed()
        pid, act, again = getattr(self, f"_{kill.victim}")(chance)
        lived = lives(pid)
        act()
        until(lambda: not lives(pid), 30, f"{kill.victim} {pid} is dead")
        self.hits.append(Hit(kill.victim, pid, lived, not lives(pid), answered, is_open))
        time.sleep(RESTART_SECONDS)
        again()

    def _worker(self, _: Random) -> Met:
        """Its pool goes with it before the next one starts, as with a container or our own supervisor."""
        process = self.processes["worker"]

        def again() -> None:
            end(process)
            self.start("worker")

        return process.pid, process.kill, again

    def _child(self, chance: Random) -> Met:
        main = self.processes["worker"].pid
        until(lambda: bool(children_of(main)), 60, "the worker has its pool")
        pid = chance.choice(children_of(main))
        return pid, lambda: os.kill(pid, signal.SIGKILL), lambda: None

    def _beat(self, _: Random) -> Met:
        process = self.processes["beat"]

        def again() -> None:
            end(process)
            self.start("beat")

        return process.pid, process.kill, again

    def _redis(self, _: Random) -> Met:
        server = self.town.redis
        return server.process.pid, server.process.kill, server.start

    def _postgres(self, _: Random) -> Met:
        server = self.town.postgres
        return server.process.pid, server.stop_immediately, server.start


def schedule(kills: int, chance: Random) -> list[Kill]:
    """Twenty as the claim has them, else of every kind in turn; in any order, from the first moment to nine tenths."""
    whole = [victim for victim, weight in MIX.items() for _ in range(weight)]
    mix = whole if kills == len(whole) else list(islice(cycle(MIX), kills))
    chance.shuffle(mix)
    shares = sorted([0.0, *(chance.uniform(0.02, 0.9) for _ in mix)][:kills])
    return [Kill(victim, share, chance.uniform(0, 3)) for victim, share in zip(mix, shares, strict=True)]


def night(made: Town, name: str, options: argparse.Namespace, kills: Sequence[Kill], longest: float) -> dict[str, Any]:
    """The night in a database of its own, from the start of the beat to its close; what it came to."""
    from tests.verification.worlds import FEW, world

    made.copy(name)
    one = Night(made, name, made.environment(name, "redis"))
    folder = made.folder / name / "world"
    with world(folder, only=FEW, rest=CALLED, lifetime="7200", batch_size=options.batch) as departments:
        departments.truths.write_bytes((made.folder / "truths.jsonl").read_bytes())
        departments.fail(**{code: {"slow": options.slow} for code in CALLED})
        began = time.monotonic()
        one.start("worker")
        one.start("beat")
        try:
            _kill_all(one, kills, options, began + longest)
            until(one.is_closed, max(1, began + longest - time.monotonic()), f"the night {name} closes")
            wall = time.monotonic() - began
        finally:
            for process in one.processes.values():
                end(process)
    asked_again = sum(entry["again"] for entry in departments.asked())
    hits = [asdict(hit) for hit in one.hits]
    said = {
        "wall": round(wall, 1),
        **made.tally(name),
        "asked_again": asked_again,
        "revived": one.revived,
        "hits": hits,
    }
    return {**said, "integrity": integrity(one)}


def integrity(one: Night) -> str:
    """What `verify_integrity` says of the night's database; "" where every seal and every chain holds."""
    command = [sys.executable, str(ROOT / "manage.py"), "verify_integrity"]
    ran = subprocess.run(command, cwd=ROOT, env=one.environment, capture_output=True, text=True, check=False)
    return "" if ran.returncode == 0 else f"{ran.stdout}{ran.stderr}"[-500:]


def _kill_all(one: Night, kills: Sequence[Kill], options: argparse.Namespace, deadline: float) -> None:
    chance, expected = Random(options.seed), options.people * 5
    for kill in kills:
        wanted = kill.share * expected
        until(lambda: one.answered() >= wanted or one.is_closed(), max(1, deadline - time.monotonic()), f"{kill}")  # noqa: B023
        time.sleep(kill.delay)
        one.kill(kill, chance)


def promises(options: argparse.Namespace, calm: dict[str, Any], killed: dict[str, Any]) -> dict[str, bool]:
    expected = options.people * 5
    hits = killed["hits"]
    return {
        "every result once": calm["answers"] == killed["answers"] == killed["enquiries"] == expected,
        "0 missing": killed["missing"] == 0,
        "0 duplicate": killed["duplicates"] == 0,
        "0 stuck": killed["requests_stuck"] == killed["jobs_stuck"] == killed["set_aside"] == 0,
        "one night, complete": calm["runs"] == killed["runs"] == "complete",
        "answers as in the calm night": calm["digest_of_answers"] == killed["digest_of_answers"],
        "findings as in the calm night": calm["digest_of_findings"] == killed["digest_of_findings"],
        "some findings": killed["findings"] > 0,
        "every kill hit a living process": len(hits) == options.kills and all(h["lived"] and h["died"] for h in hits),
        "every kill fell into the night": all(hit["is_night_open"] for hit in hits),
        "every seal and chain holds": calm["integrity"] == killed["integrity"] == "",
        "in time": killed["wall"] <= 1.5 * calm["wall"] + 90 * options.kills,
    }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="tests.verification.killing", description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--batch", type=int, default=200, help="people in one request")
    parser.add_argument("--slow", type=float, default=0.3, help="seconds a called department takes")
    parser.add_argument("--longest", type=float, default=3600, help="seconds the calm night may take")
    parser.add_argument("--tick", default="5")
    parser.add_argument("--lease", default="60")
    options = parser.parse_args(arguments)
    with town(AID_TICK_SECONDS=options.tick, AID_LEASE_SECONDS=options.lease) as made:
        from tests.verification.county import known, populate

        began = time.monotonic()
        people = populate(options.people // 2)
        truths = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in known(people, options.seed))
        (made.folder / "truths.jsonl").write_text(truths, encoding="utf-8")
        populated = time.monotonic() - began
        calm = night(made, "calm", options, [], options.longest)
        longest = 1.5 * calm["wall"] + 90 * options.kills
        killed = night(made, "killed", options, schedule(options.kills, Random(options.seed)), longest)
    kept = promises(options, calm, killed)
    said = {**vars(options), "populated": round(populated, 1), "promises": kept, "calm": calm, "killed": killed}
    sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=1) + "\n")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
