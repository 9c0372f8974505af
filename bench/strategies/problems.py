"""The 24 functions of BBOB (N. Hansen et al., "COCO: a platform for comparing continuous optimizers in a black-box
setting", 2021), by the package coco-experiment, of which `peers` knows the place."""
import os
import tempfile

import cocoex
import numpy

FUNCTIONS = range(1, 25)
DIMENSIONS = (5, 10)
BOX = (-5, 5)

# The suite's own five groups.
GROUPS = {"separable": range(1, 6), "moderate": range(6, 10), "ill-conditioned": range(10, 15),
          "multi-modal": range(15, 20), "weak structure": range(20, 25)}


class Problems:
    """Instances 1 to `instances` of each function, one for each seed."""

    def __init__(self, instances):
        self.suite = cocoex.Suite("bbob", f"instances: 1-{instances}", "dimensions: " + ",".join(map(str, DIMENSIONS)))

    def gap(self, function, dimension, instance):
        """A function of a point: its value less the least one that there is."""
        problem = self.suite.get_problem_by_function_dimension_instance(function, dimension, instance)
        least = problem(best_point(problem))
        return lambda point: problem(numpy.asarray(point)) - least


def best_point(problem):
    """The package tells it by a file in the current folder alone."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            problem._best_parameter("print")
            return numpy.loadtxt("._bbob_problem_best_parameter.txt")
        finally:
            os.chdir(here)
