"""How fast the rules are: against the same arithmetic in bare NumPy, and against OpenFisca-core on dibao.

Run: python -m benchmarks.rules. OpenFisca-core comes from requirements-bench.txt; without it that part fails by name.

350,000 households, 1,000,000 people, arrays in memory, no trace; the best of several runs, all in one process.
Exit status 1 where an answer differs or a ratio misses its goal.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from benchmarks import bare_numpy, bare_others
from benchmarks.population import HOUSEHOLDS, PEOPLE, population
from eligibility.programmes import Programme
from eligibility.rules.columns import Facts
from eligibility.rules.counted import counted
from eligibility.rules.decide import verdicts
from eligibility.rules.dibao import dibao
from eligibility.rules.figures import Figures
from eligibility.rules.income import countable
from eligibility.rules.parts import in_parts
from eligibility.rules.verdict import Verdict

RUNS: Final = 11
AT_MOST_BARE: Final = 5.0
AT_LEAST_OPENFISCA: Final = 10.0
AT_MOST_GROWTH: Final = 11.0
AT_MOST_MB: Final = 1536


def best(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Seconds of the quickest of several runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def _dibao(facts: Facts, figures: Figures) -> list[Verdict]:
    count = counted(facts)
    return [dibao(facts, figures, count, countable(facts, count))]


def our_dibao(facts: Facts, figures: Figures) -> Verdict:
    """From the arrays and the two sets of figures to the answers."""
    return in_parts(_dibao, facts, figures)[0]


def same(verdict: Verdict, answer: bare_numpy.Answer) -> bool:
    return bool((verdict.outcome == answer[0]).all() and (verdict.amount == answer[1]).all())


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def against_bare(facts: Facts, figures: Figures) -> bool:
    """All ten programmes; prints one line; false where an answer differs or the goal is missed."""
    before = peak_mb()
    found, answers = verdicts(facts, figures), bare_others.everything(facts, figures)
    unlike = [programme.value for programme in Programme if not same(found[programme], answers[programme])]
    mine = best(lambda: verdicts(facts, figures))
    theirs = best(lambda: bare_others.everything(facts, figures))
    print(
        f"all ten programmes: rules {mine:.3f} s, bare NumPy {theirs:.3f} s, ratio {mine / theirs:.2f}"
        f" (goal <= {AT_MOST_BARE})"
    )
    print(
        f"answers alike: {not unlike} {' '.join(unlike)}; peak RSS {peak_mb():.0f} MB"
        f" (goal <= {AT_MOST_MB}; population alone {before:.0f} MB)"
    )
    return not unlike and mine <= AT_MOST_BARE * theirs and peak_mb() <= AT_MOST_MB


def growth() -> bool:
    """Ten times the households, at most eleven times the time."""
    small, large = (population(households=size) for size in (HOUSEHOLDS // 10, HOUSEHOLDS))
    turns = [(best(lambda: verdicts(*small), 1), best(lambda: verdicts(*large), 1)) for _ in range(RUNS)]
    few, many = (min(side) for side in zip(*turns, strict=True))
    print(f"growth: {HOUSEHOLDS // 10:,} households {few:.4f} s, {HOUSEHOLDS:,} {many:.4f} s, {many / few:.1f} times")
    print(f"(goal <= {AT_MOST_GROWTH})")
    return many <= AT_MOST_GROWTH * few


def against_openfisca(facts: Facts, figures: Figures) -> bool:
    """Dibao alone on both sides, from arrays in memory to answers; false where the goal is missed.

    OpenFisca's time is a new simulation given the arrays, then calculated: what each population and each reform costs.
    Its calculation alone is printed too.
    """
    from benchmarks import openfisca_dibao

    verdict = our_dibao(facts, figures)
    outcome, amount = openfisca_dibao.calculate(facts, figures)
    differ = int((outcome != verdict.outcome).sum())
    unlike = int((np.where(verdict.amount < 0, 0, verdict.amount) != np.rint(amount * 100)).sum())
    turns = [(best(lambda: our_dibao(facts, figures), 1), openfisca_dibao.seconds(facts, figures)) for _ in range(RUNS)]
    mine = min(seconds for seconds, _ in turns)
    theirs, calculation = min(sum(run) for _, run in turns), min(run[1] for _, run in turns)
    print(
        f"dibao: rules {mine:.3f} s, OpenFisca-core {theirs:.3f} s, {theirs / mine:.1f} times faster"
        f" (goal >= {AT_LEAST_OPENFISCA})"
    )
    print(
        f"OpenFisca-core's calculation alone, its simulation already loaded: {calculation:.3f} s,"
        f" {calculation / mine:.1f} times ours"
    )
    print(f"of {HOUSEHOLDS:,} households OpenFisca's float32 differs in {differ} outcomes and {unlike} amounts")
    return theirs >= AT_LEAST_OPENFISCA * mine and differ + unlike <= HOUSEHOLDS // 1000


def main() -> int:
    facts, figures = population()
    print(f"{HOUSEHOLDS:,} households, {PEOPLE:,} people, NumPy {np.__version__}, best of {RUNS}")
    met = against_bare(facts, figures)
    met &= growth()
    try:
        met &= against_openfisca(facts, figures)
    except ModuleNotFoundError as error:
        if error.name != "openfisca_core":
            raise
        print("openfisca-core is not installed: pip install -r requirements-bench.txt; that comparison is left out")
        met = False
    print(f"peak RSS of the whole process {peak_mb():.0f} MB")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
