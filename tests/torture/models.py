"""Studies of each bundled model with all that a trial may draw and keep: folds, a schedule, early stopping, dropout,
flipped and moved rows."""
import json
import random

import database
from study import Failure, Study, expect, without_times

DATA = "signals.csv"
EPOCHS = 4
TRIES = 5  # to kill a study before it has ended

# For all: what makes a trial depend on more than its weights.
TRAINING = {"batch_size": 16, "learning_rate": "{low: 0.001, high: 0.02}", "optimizer": "[sgd, adam, adamw]",
            "schedule": "[one_cycle, plateau]", "warmup": 0.1, "patience": 2, "flip": "true", "crop": 1}

# The smallest network of each that still drops something where it can.
MODELS = {
    "linear": {},
    "mlp": {"width": 16, "layers": 2, "norm": "batch", "dropout": "[0.1, 0.3]"},
    "cnn": {"channels": 8, "blocks": 2, "dropout": "[0.1, 0.3]"},
    "resnet": {"width": 8, "stages": 2, "drop": "[dropout, depth]", "drop_rate": 0.2},
    "rnn": {"width": 16, "layers": 2, "cell": "[gru, lstm]", "dropout": "[0.1, 0.3]"},
    "transformer": {"layers": 1, "heads": 2, "head_width": 8, "dropout": "[0.1, 0.3]"},
}


def write_signals(file):
    """Three classes of waves in noise, 12 places each."""
    dice = random.Random(1)
    lines = [",".join([f"x{place}" for place in range(12)] + ["label"])]
    for row in range(60):
        kind = row % 3
        signal = [dice.gauss(0, 0.5) + (place % (kind + 2) == 0) for place in range(12)]
        lines.append(",".join([f"{number:.6f}" for number in signal] + ["abc"[kind]]))
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


class ModelStudy(Study):
    """A study of one model, kept in a folder of its own."""

    def __init__(self, host, model, name, jobs):
        super().__init__(host, f"{model}_{name}", trials=3)
        self.model = model
        self.jobs = jobs

    def description(self):
        words = ["--model", self.model, "--data", self.host.scratch / DATA, "--target", "label",
                 "--set", "data.shape=[1, 12]", "--strategy", "random", "--study", self.name, "--seed", 3,
                 "--trials", self.trials, "--epochs", EPOCHS, "--folds", 2, "--window", 4, "--device", "cpu"]
        for key, value in (TRAINING | MODELS[self.model]).items():
            words += ["--set", f"space.{key}={value}"]
        return words

    def ended(self):
        """Runs to the end. What was found, and all that is kept."""
        process = self.run()
        self.check(process.err)
        found = without_times(json.loads(process.out))
        found["study"].pop("jobs")
        return found, database.contents(self.storage)


def killed(host, model):
    """Killed after the first epoch that was kept, and run again."""
    for count in range(TRIES):
        study = ModelStudy(host, model, f"killed_{count}", jobs=2)
        process = study.start()
        process.wait_until(lambda kept=study.storage: database.reported(kept, 0), "the first epoch is kept")
        process.kill()
        study.check(process.err)
        if set(database.states(study.storage).values()) != {"COMPLETE"}:
            return study.ended()
    raise Failure(f"{model}: {TRIES} times the study had ended before it was killed")


def expect_same(how, one, other):
    (result, contents), (other_result, other_contents) = one, other
    for trial, another in zip(result["trials"], other_result["trials"]):
        expect(trial == another, f"{how}: a trial is {another}, on one worker {trial}")
    expect(result == other_result, f"{how}: the result is {other_result}, on one worker {result}")
    fault = database.difference(contents, other_contents)
    expect(fault is None, f"{how}: on one worker, {fault}")


def same_however_run(host):
    write_signals(host.scratch / DATA)
    for model in MODELS:
        one = ModelStudy(host, model, "on_1", jobs=1).ended()
        expect(len({str(trial["values"]) for trial in one[0]["trials"]}) > 1, f"{model}: trials differ at all")
        for jobs in (2, 4):
            expect_same(f"{model} on {jobs}", one, ModelStudy(host, model, f"on_{jobs}", jobs).ended())
        expect_same(f"{model}, killed", one, killed(host, model))
        print(f"{model}: the same on 1, 2 and 4 workers and killed", flush=True)
