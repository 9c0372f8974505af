"""Runs methods on the functions of BBOB and keeps how near they came."""
import sys
import time

import methods
import problems
from records import Records

STEP = 10


def gaps_of(searcher, gap, evaluations):
    """The least gap after each STEP evaluations."""
    least, gaps = float("inf"), {}
    for evaluation in range(1, evaluations + 1):
        value = gap(searcher.ask())
        searcher.tell(value)
        least = min(least, value)
        if evaluation % STEP == 0:
            gaps[str(evaluation)] = least
    return gaps


def cases(seeds):
    """By seeds first, so that what was done when it was cut off says something of every function."""
    return [(function, dimension, seed) for seed in range(1, seeds + 1) for dimension in problems.DIMENSIONS
            for function in problems.FUNCTIONS]


def run(build, folder, method, seeds, evaluations):
    """One method, but for what is in the folder already."""
    suite = problems.Problems(seeds)
    records = Records(folder, method)
    for function, dimension, seed in cases(seeds):
        if (function, dimension, seed, evaluations) in records:
            continue
        begin = time.perf_counter()
        box = [problems.BOX] * dimension
        with methods.searcher(build, method, box, 100 * seed + function, evaluations) as searcher:
            gaps = gaps_of(searcher, suite.gap(function, dimension, seed), evaluations)
        records.add({"function": function, "dimension": dimension, "seed": seed, "evaluations": evaluations,
                     "seconds": round(time.perf_counter() - begin, 3), "gaps": gaps})


def limits(method, budgets):
    """A strategy of ours may look at the study's limit, so it has a run for each budget. So has the slow peer, the
    small one first. Another peer's longest run has them all."""
    return sorted(budgets) if methods.is_ours(method) or method == methods.SLOW else [max(budgets)]


def forget_ours(folder, chosen):
    for method in filter(methods.is_ours, chosen):
        Records(folder, method).file.unlink(missing_ok=True)


def measure(build, folder, chosen, seeds, budgets):
    for method in chosen:
        if methods.is_missing(build, method):
            print(f"{build} has no strategy '{method.removeprefix(methods.OURS)}'", file=sys.stderr)
            continue
        for evaluations in limits(method, budgets):
            print(f"{method}: {evaluations} evaluations", file=sys.stderr)
            run(build, folder, method, seeds, evaluations)
