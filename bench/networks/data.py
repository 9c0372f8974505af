"""The data sets, as CSV files that pegbox can read."""
import csv
import importlib.util
import sys
import types
import zipfile
from pathlib import Path

import numpy

import split

DIGITS = Path(__file__).parents[2] / "models" / "data" / "digits.csv"
VALIDATION = 0.2


def write_segment(folder):
    """"Image Segmentation" (UCI Machine Learning Repository, 1990): 2,310 rows, 18 columns, 7 classes. River has it."""
    file = folder / "segment.csv"
    packed = Path(importlib.util.find_spec("river").origin).parent / "datasets" / "segment.csv.zip"
    with zipfile.ZipFile(packed) as archive:
        file.write_bytes(archive.read(archive.namelist()[0]))
    return file


def digits():
    """The pictures that pegbox brings."""
    rows = numpy.loadtxt(DIGITS, delimiter=",", skiprows=1)
    return rows[:, :-1], rows[:, -1].astype(int)


def mnist1d():
    """MNIST-1D (S. Greydanus, D. Kobak, "Scaling down deep learning with MNIST-1D", 2020), made as published."""
    # The package imports them to download and to draw, which is not done here.
    for name in ("requests", "matplotlib", "matplotlib.pyplot"):
        if name.partition(".")[0] not in sys.modules and importlib.util.find_spec(name.partition(".")[0]) is None:
            sys.modules[name] = types.ModuleType(name)
    import mnist1d.data

    made = mnist1d.data.make_dataset(mnist1d.data.get_dataset_args())
    return numpy.concatenate([made["x"], made["x_test"]]), numpy.concatenate([made["y"], made["y_test"]])


SETS = {"digits": digits, "mnist1d": mnist1d}


class Data:
    """Inputs and classes, a part of them held out: the same rows for every seed."""

    def __init__(self, name):
        self.inputs, self.labels = SETS[name]()

    def parts(self):
        """The rows that are held out, and the others."""
        return split.parts(self.labels, VALIDATION, 0)

    def write(self, file, seed):
        """For a study with this seed."""
        order = split.arrange(self.labels, VALIDATION, seed)
        with file.open("w", newline="", encoding="utf-8") as text:
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow([*(f"x{column}" for column in range(self.inputs.shape[1])), "label"])
            for row, label in zip(self.inputs[order], self.labels):
                writer.writerow([*(f"{value:.9g}" for value in row), label])
