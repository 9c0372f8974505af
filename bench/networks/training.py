"""How many epochs a search trains until a network is as accurate as random search finds one: with real training."""
import json
import math
import sqlite3
import subprocess
from contextlib import closing

import budgets
from budgets import BUDGET, TRIALS
from table import EPOCHS

DEFAULTS = {"learning_rate": 1e-3, "batch_size": 32, "layers": 2, "width": 64, "dropout": 0.0, "activation": "relu",
            "optimizer": "adam"}
SPACE = {
    "learning_rate": {"low": 1e-4, "high": 1e-1},
    "batch_size": [16, 32, 64, 128, 256],
    "layers": {"low": 1, "high": 4},
    "width": {"low": 16, "high": 256},
    "dropout": {"low": 0.0, "high": 0.5},
    "activation": ["relu", "tanh", "sigmoid", "gelu"],
    "optimizer": ["sgd", "adam", "rmsprop", "adamw"],
    "momentum": 0.9,
    "weight_decay": 1e-4,
    "norm": "none",
}
RANDOM = {"strategy": "random", "trials": TRIALS}
HYPERBAND = {"strategy": {"name": "hyperband", "sampler": "tpe"}, "total_epochs": BUDGET // 3}


def suggest(trial):
    """The same space for Optuna."""
    return {
        "learning_rate": trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True),
        "batch_size": trial.suggest_categorical("batch_size", [16, 32, 64, 128, 256]),
        "layers": trial.suggest_int("layers", 1, 4),
        "width": trial.suggest_int("width", 16, 256, log=True),
        "dropout": trial.suggest_float("dropout", 0.0, 0.5),
        "activation": trial.suggest_categorical("activation", ["relu", "tanh", "sigmoid", "gelu"]),
        "optimizer": trial.suggest_categorical("optimizer", ["sgd", "adam", "rmsprop", "adamw"]),
    }


def run_pegbox(binary, how, data, seed, folder):
    """The whole trainings of a study in the order they ended: (epochs of the study until then, accuracy)."""
    table, file, storage = folder / "data.csv", folder / "study.json", folder / "study.db"
    data.write(table, seed)
    storage.unlink(missing_ok=True)
    file.write_text(json.dumps({
        "model": "mlp", "data": {"csv": str(table), "target": "label"}, "space": SPACE, "epochs": EPOCHS, "seed": seed,
        "window": 1, **how, "run": {"jobs": 1, "device": "cpu", "storage": str(storage), "max_failures": BUDGET}}))
    subprocess.run([binary, "run", file, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    with closing(sqlite3.connect(storage)) as database:
        moves = database.execute("SELECT trial_id, epochs FROM pegbox_moves ORDER BY move").fetchall()
        values = dict(database.execute("SELECT trial_id, value FROM trial_values").fetchall())
    return list(whole_trainings(moves, values))


def whole_trainings(moves, values):
    spent, reached = 0, {}
    for trial, epochs in moves:
        spent += epochs - reached.get(trial, 0)
        reached[trial] = epochs
        if epochs == EPOCHS:
            yield spent, values[trial]


def epochs_until(goal, trainings):
    return next((spent for spent, accuracy in trainings if accuracy >= goal), math.inf)


def run_optuna(parts, seed, goal):
    """Epochs until a whole training of Optuna's Hyperband and TPE reaches the goal; the first trial is pegbox's."""
    import perceptron

    study, spent = budgets.optuna_study(seed), 0
    study.enqueue_trial(DEFAULTS)
    while spent < BUDGET:
        trial = study.ask()
        curve = perceptron.accuracies(suggest(trial), parts, 1000 * seed + trial.number)
        epochs, accuracy = budgets.train(curve, 0, EPOCHS, budgets.report(trial))
        budgets.tell(study, trial, epochs, accuracy)
        spent += epochs
        if epochs == EPOCHS and accuracy >= goal:
            return spent
    return math.inf
