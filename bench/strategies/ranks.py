"""Says which methods came nearer on the functions of BBOB, from what bbob.py kept."""
from collections import Counter

import numpy
from scipy.stats import binomtest, rankdata

import bbob
import methods
import problems
from records import Records

REACHED = 1e-8  # the precision that the suite itself asks for; what is nearer counts as equal


class Results:
    """The gaps of some methods after a budget, in one dimension."""

    def __init__(self, records, dimension, budget, seeds):
        self.gaps = {}
        for method, runs in records.items():
            found = {(function, seed): runs.gap(function, dimension, seed, budget)
                     for function, of, seed in bbob.cases(seeds) if of == dimension}
            self.gaps[method] = {case: max(gap, REACHED) for case, gap in found.items() if gap is not None}
        self.gaps = {method: gaps for method, gaps in self.gaps.items() if gaps}

    def selections(self):
        """All methods that have the most cases, then those that have the second most as well, and so on."""
        counts = sorted({len(gaps) for gaps in self.gaps.values()}, reverse=True)
        return [[method for method, gaps in self.gaps.items() if len(gaps) >= count] for count in counts]

    def common(self, chosen):
        """The cases that all of them have."""
        return sorted(set.intersection(*(set(self.gaps[method]) for method in chosen)))

    def ranks(self, chosen):
        """A row for each common case, a column for each method; 1 is the nearest, and equals share."""
        table = [[self.gaps[method][case] for method in chosen] for case in self.common(chosen)]
        return rankdata(numpy.array(table), axis=1)


def show_ranks(results, chosen, parts):
    cases, ranks = results.common(chosen), results.ranks(chosen)
    inside = {name: [row for row, (function, _) in enumerate(cases) if function in part]
              for name, part in parts.items()}
    inside = {name: rows for name, rows in inside.items() if rows}
    means = [[ranks[rows, column].mean() for rows in inside.values()] for column in range(len(chosen))]
    print(f"mean rank of {len(chosen)} methods over {len(cases)} cases ({counted(cases)})")
    lines = sorted(zip(chosen, means), key=lambda line: line[1][0])
    show_table(list(inside), [(method, [f"{mean:.2f}" for mean in row]) for method, row in lines])


def show_table(heads, lines):
    width = max(len(cell) for cells in (heads, *(row for _, row in lines)) for cell in cells)
    for name, row in (("", heads), *lines):
        print(f"{name:24}" + " ".join(f"{cell:>{width}}" for cell in row).rstrip())
    print()


def counted(cases):
    """`24 functions, seeds of each: 10`."""
    seeds = Counter(function for function, _ in cases).values()
    least, most = min(seeds), max(seeds)
    return f"{len(seeds)} functions, seeds of each: {most if least == most else f'{least} to {most}'}"


def show_wins(results):
    ours = [method for method in results.gaps if methods.is_ours(method)]
    others = [method for method in results.gaps if not methods.is_ours(method)]
    if not ours or not others:
        return
    print("cases won of those not drawn, in percent; * where a sign test has p < 0.01")
    show_table(others, [(method, [wins(results, method, other) for other in others]) for method in ours])


def wins(results, method, other):
    cases = results.common([method, other])
    won = sum(results.gaps[method][case] < results.gaps[other][case] for case in cases)
    lost = sum(results.gaps[method][case] > results.gaps[other][case] for case in cases)
    if won + lost == 0:
        return "-"
    sure = "*" if binomtest(won, won + lost).pvalue < 0.01 else " "
    return f"{100 * won / (won + lost):.0f} ({won}:{lost}){sure}"


def parts_by(name):
    everything = {"all": problems.FUNCTIONS}
    if name == "functions":
        return everything | {f"f{function}": [function] for function in problems.FUNCTIONS}
    return everything | problems.GROUPS


def show(folder, chosen, seeds, budgets, by):
    """Methods that have not done all cases yet are compared again on those that they have."""
    records = {method: Records(folder, method) for method in chosen}
    for budget in budgets:
        for dimension in problems.DIMENSIONS:
            results = Results(records, dimension, budget, seeds)
            print(f"== {dimension} dimensions, {budget} evaluations\n")
            for selection in results.selections():
                show_ranks(results, selection, parts_by(by))
            show_wins(results)
