"""How many epochs a search trains until a network of a table is as accurate as random search finds one."""
import math
import random
import statistics

import optuna
from optuna.trial import TrialState

import peers
from ask_tell import AskTell
from quality import PEGBOX_SPACE
from table import EPOCHS

TRIALS = 60
BUDGET = TRIALS * EPOCHS  # of random search
RANDOM_SEARCHES = 1000


def target(table):
    """The accuracy of the best of TRIALS random networks, the median of many such searches."""
    accuracies = [network.accuracies[-1] for network in table.networks.values()]
    draw = random.Random(1)
    return statistics.median(max(a for a in draw.choices(accuracies, k=TRIALS) if not math.isnan(a))
                             for _ in range(RANDOM_SEARCHES))


def train(accuracies, begin, until, report):
    """Epochs begin + 1 to `until`, as far as `report` says to go on: how many, and the last accuracy."""
    for epoch, accuracy in zip(range(begin + 1, until + 1), accuracies):
        if math.isnan(accuracy) or not report(epoch, accuracy):
            break
    return epoch - begin, accuracy


def pegbox(binary, strategy, table, seed, goal):
    """Epochs until a whole training reaches the goal, with one of our strategies; infinity for never."""
    networks, reached, spent = {}, {}, 0
    with AskTell(binary, strategy, PEGBOX_SPACE, "maximize", BUDGET, seed, EPOCHS) as study:
        while spent < BUDGET:
            move = study.ask()
            trial, until = move["trial"], move["until"]
            if "resume" not in move:
                networks[trial], reached[trial] = table.network(move["params"]).accuracies, 0
            epochs, accuracy = train(networks[trial][reached[trial]:], reached[trial], until,
                                     lambda epoch, value: study.report(trial, epoch, value))
            study.tell(trial, accuracy)
            reached[trial] += epochs
            spent += epochs
            if reached[trial] == EPOCHS and accuracy >= goal:
                return spent
    return math.inf


def optuna_study(seed):
    """Optuna's own Hyperband; the name decides which trial is in which bracket."""
    return optuna.create_study(study_name=str(seed), direction="maximize",
                               sampler=optuna.samplers.TPESampler(seed=seed),
                               pruner=optuna.pruners.HyperbandPruner(min_resource=1, max_resource=EPOCHS,
                                                                     reduction_factor=3))


def report(trial):
    """Tells Optuna of an epoch: whether to go on."""
    def go_on(epoch, accuracy):
        trial.report(accuracy, epoch)
        return epoch == EPOCHS or not trial.should_prune()

    return go_on


def tell(study, trial, epochs, accuracy):
    if math.isnan(accuracy):
        study.tell(trial, state=TrialState.FAIL)
    elif epochs < EPOCHS:
        study.tell(trial, state=TrialState.PRUNED)
    else:
        study.tell(trial, accuracy)


def optuna_hyperband(form, table, seed, goal):
    study, spent = optuna_study(seed), 0
    while spent < BUDGET:
        trial = study.ask(peers.distributions(form))
        network = table.network(peers.values(trial.params, form))
        epochs, accuracy = train(network.accuracies, 0, EPOCHS, report(trial))
        tell(study, trial, epochs, accuracy)
        spent += epochs
        if epochs == EPOCHS and accuracy >= goal:
            return spent
    return math.inf
