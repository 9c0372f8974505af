"""Optuna and Rustuna on the table's space. Each list of numbers is a choice to them (`choice`: how their users write
such a list), or a whole number that is the place in it (`place`: which tells them the order)."""
import math

import optuna
import rustuna
from optuna.distributions import CategoricalDistribution, IntDistribution
from optuna.trial import TrialState

from table import SPACE, ordered

optuna.logging.set_verbosity(optuna.logging.ERROR)


def by_place(name, form):
    """Whether the hyperparameter is asked for as the place in its list."""
    return name == "layers" or (form == "place" and ordered(name))


def distributions(form):
    return {name: IntDistribution(0, len(values) - 1) if by_place(name, form) else CategoricalDistribution(values)
            for name, values in SPACE.items()}


def values(asked, form):
    return {name: SPACE[name][value] if by_place(name, form) else value for name, value in asked.items()}


class Optuna:
    """A study in memory with one of Optuna's samplers, all its settings at their defaults."""

    def __init__(self, sampler, form, seed):
        self.study = optuna.create_study(sampler=sampler(seed=seed))
        self.form = form
        self.space = distributions(form)

    def ask(self):
        self.trial = self.study.ask(self.space)
        return values(self.trial.params, self.form)

    def tell(self, value):
        if math.isnan(value):
            self.study.tell(self.trial, state=TrialState.FAIL)
        else:
            self.study.tell(self.trial, value)


class Rustuna:
    """The same for Rustuna."""

    def __init__(self, sampler, form, seed):
        self.study = rustuna.create_study(sampler=sampler(seed=seed))
        self.form = form

    def ask(self):
        self.trial = self.study.ask()
        return values({name: self.suggest(name) for name in SPACE}, self.form)

    def suggest(self, name):
        if by_place(name, self.form):
            return self.trial.suggest_int(name, 0, len(SPACE[name]) - 1)
        return self.trial.suggest_categorical(name, SPACE[name])

    def tell(self, value):
        self.study.tell(self.trial.number, value)


SAMPLERS = {
    "optuna tpe": (Optuna, optuna.samplers.TPESampler),
    "optuna gp": (Optuna, optuna.samplers.GPSampler),
    "optuna random": (Optuna, optuna.samplers.RandomSampler),
    "rustuna tpe": (Rustuna, rustuna.samplers.TPESampler),
}
