"""Networks that were trained beforehand: every point of a small space with its whole learning curve."""
import csv
import gzip
import math
import statistics
from pathlib import Path

HERE = Path(__file__).parent
DATA = ("digits", "segment")
EPOCHS = 27

# The space of table.yaml, but for what is fixed there: ascending numbers are ordered, texts are not.
SPACE = {
    "learning_rate": [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
    "batch_size": [64, 128, 256],
    "optimizer": ["sgd", "adam"],
    "layers": [1, 2, 3],
    "width": [16, 32, 64, 128],
    "activation": ["relu", "tanh", "sigmoid", "silu"],
    "dropout": [0.0, 0.25],
}
NAMES = list(SPACE)
LOSS = [f"loss_{epoch}" for epoch in range(1, EPOCHS + 1)]
ACCURACY = [f"accuracy_{epoch}" for epoch in range(1, EPOCHS + 1)]


def ordered(name):
    """Whether the hyperparameter's values are numbers."""
    return not isinstance(SPACE[name][0], str)


def number(cell):
    return float(cell) if cell else math.nan


class Network:
    """One trained network: what it measured on the held-out part, after epoch 1, 2, …; NaN once its training failed."""

    def __init__(self, row):
        self.losses = [number(row[name]) for name in LOSS]
        self.accuracies = [number(row[name]) for name in ACCURACY]


class Table:
    """All networks of one data set."""

    def __init__(self, name):
        self.name = name
        with gzip.open(HERE / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        types = {name: type(values[0]) for name, values in SPACE.items()}
        self.networks = {tuple(kind(row[name]) for name, kind in types.items()): Network(row) for row in rows}
        losses = [one.losses[-1] for one in self.networks.values() if not math.isnan(one.losses[-1])]
        self.best = min(losses)
        self.median = statistics.median(losses)

    def network(self, params):
        return self.networks[tuple(params[name] for name in NAMES)]

    def regret(self, loss):
        """0 for the best loss of the table, 1 for its median."""
        return (loss - self.best) / (self.median - self.best)
