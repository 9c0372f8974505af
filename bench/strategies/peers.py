"""The peers as searchers of a box: `ask` gives a point, `tell` takes its value, which is to become small.

The environment variable PEGBOX_PEERS names the folder with the packages of requirements.txt.
"""
import os
import sys
import warnings


def load_packages():
    folder = os.environ.get("PEGBOX_PEERS")
    if not folder:
        sys.exit("PEGBOX_PEERS is not set; ./dev bench strategies fetches the peers, and sets it to their folder")
    sys.path.insert(0, folder)
    # One thread for each library of theirs, as ours has; they read this when they are loaded.
    os.environ.update({name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")})


load_packages()

import optuna
import rustuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)


class Optuna:
    """A study in memory with one of Optuna's samplers, all its settings at their defaults."""

    def __init__(self, sampler, box, seed):
        self.study = optuna.create_study(sampler=sampler(seed=seed))
        self.distributions = {f"x{index}": optuna.distributions.FloatDistribution(low, high)
                              for index, (low, high) in enumerate(box)}

    def ask(self):
        self.trial = self.study.ask(self.distributions)
        return [self.trial.params[name] for name in self.distributions]

    def tell(self, value):
        self.study.tell(self.trial, value)


class Rustuna:
    """The same for Rustuna."""

    def __init__(self, sampler, box, seed):
        self.study = rustuna.create_study(sampler=sampler(seed=seed))
        self.box = {f"x{index}": sides for index, sides in enumerate(box)}

    def ask(self):
        self.trial = self.study.ask()
        return [self.trial.suggest_float(name, low, high) for name, (low, high) in self.box.items()]

    def tell(self, value):
        self.study.tell(self.trial.number, value)


SAMPLERS = {
    "optuna_gp": (Optuna, optuna.samplers.GPSampler),
    "optuna_tpe": (Optuna, optuna.samplers.TPESampler),
    "optuna_cmaes": (Optuna, optuna.samplers.CmaEsSampler),
    "optuna_nsgaii": (Optuna, optuna.samplers.NSGAIISampler),
    "optuna_random": (Optuna, optuna.samplers.RandomSampler),
    "rustuna_tpe": (Rustuna, rustuna.samplers.TPESampler),
    "rustuna_random": (Rustuna, rustuna.samplers.RandomSampler),
}


def searcher(method, box, seed):
    """One of SAMPLERS on a box, a list of pairs (low, high)."""
    peer, sampler = SAMPLERS[method]
    return peer(sampler, box, seed)
