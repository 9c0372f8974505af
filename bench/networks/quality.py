"""How near a search comes to the best network of a table."""
import math
import statistics

import peers
from ask_tell import AskTell
from table import SPACE

AFTER = (30, 100)
PEGBOX_SPACE = {**{name: {"choices": values} for name, values in SPACE.items()}, "layers": {"low": 1, "high": 3}}


class Pegbox:
    """One of our strategies with all its settings at their defaults."""

    def __init__(self, ask_tell):
        self.ask_tell = ask_tell

    def ask(self):
        self.move = self.ask_tell.ask()
        return self.move["params"]

    def tell(self, value):
        self.ask_tell.tell(self.move["trial"], value)


def search(searcher, table):
    """The regrets of the best network so far after so many trials; infinity for none."""
    least, regrets = float("inf"), []
    for trial in range(1, max(AFTER) + 1):
        loss = table.network(searcher.ask()).losses[-1]
        searcher.tell(loss)
        least = least if math.isnan(loss) else min(least, loss)
        if trial in AFTER:
            regrets.append(table.regret(least))
    return regrets


def regrets(pegbox, method, table, seed):
    """Of a method by its name: "pegbox STRATEGY", or a peer's with the form of its lists: "optuna tpe place"."""
    if method.startswith("pegbox "):
        with AskTell(pegbox, method.removeprefix("pegbox "), PEGBOX_SPACE, "minimize", max(AFTER), seed) as ask_tell:
            return search(Pegbox(ask_tell), table)
    name, _, form = method.rpartition(" ")
    peer, sampler = peers.SAMPLERS[name]
    return search(peer(sampler, form, seed), table)


def mean_and_error(sample):
    return statistics.mean(sample), statistics.stdev(sample) / len(sample) ** 0.5
