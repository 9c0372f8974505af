#!/usr/bin/env python3
"""TensorBoard on what pegbox writes for it: tensorboard_test.py NAME --pegbox FILE --scratch DIR. The environment
variable PEGBOX_TENSORBOARD_PACKAGES names the folder with the packages of requirements.txt.

ask_tell   trials that a client trains: hyperparameters of each kind, metrics, and how trials ended
running    a study is shown while it runs
again      a study that is not kept gets a folder of its own each time
mistakes   a folder that cannot be made is a mistake, told before anything runs
trained    a study that pegbox trains, and again when it goes on with more trials
resumed    trials that pause and go on
killed     a study that is killed and goes on has all, and nothing twice
late       the log of a study that began without one
full       a disk without room for the log stops no study
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest


def fail(sentence):
    sys.exit(f"tensorboard_test.py: {sentence}")


PACKAGES = pathlib.Path(os.environ.get("PEGBOX_TENSORBOARD_PACKAGES") or
                        fail("PEGBOX_TENSORBOARD_PACKAGES is not set; ./dev test fetches TensorBoard, and sets it"))
sys.path[:0] = [str(PACKAGES), str(pathlib.Path(__file__).resolve().parent.parent / "optuna")]
try:
    import board
except ImportError as error:
    fail(f"PEGBOX_TENSORBOARD_PACKAGES={PACKAGES} has no TensorBoard for this Python: {error}")

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import pegbox

SPACE = """
objective: {metric: loss, direction: minimize}
strategy: random
trials: 20
epochs: 3
space:
  rate: {low: 0.001, high: 0.5, log: true}
  layers: {low: 1, high: 4}
  norm: [none, batch]
  factor: [0.5, 2.0]
  bias: {type: boolean}
  momentum: {low: 0.0, high: 0.9, when: {norm: batch}}
"""

TRAINED = """
study: digits
model: mlp
data: digits
objective: [{metric: accuracy, direction: maximize}]
epochs: 3
seed: 5
trials: 6
window: 2
run: {jobs: 2, device: cpu, storage: study.db, tensorboard: runs}
"""

STATUS_OF = {"complete": "success", "pruned": "success", "failed": "failure"}


def as_float(number):
    """As a scalar has it, in 32 bits."""
    return struct.unpack("f", struct.pack("f", number))[0]


def run_name(number):
    return f"trial_{number:05}"


class Client:
    """Trains for ask-tell."""

    def __init__(self, process):
        self.process = process

    def say(self, **line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def train(self, values):
        """Asks for a trial and reports a value for each epoch."""
        trial = self.say(op="ask")
        for step, value in enumerate(values, 1):
            self.say(op="report", trial=trial["trial"], step=step, value=value)
        return trial

    def end(self):
        self.process.stdin.close()
        said = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.wait(60), said


class TensorboardTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = ARGUMENTS.scratch / self._testMethodName
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.pegbox = pegbox.Pegbox(ARGUMENTS.pegbox, self.folder)

    def write(self, text):
        (self.folder / "study.yaml").write_text(text, encoding="utf-8")

    def client(self, *options):
        return Client(self.pegbox.start("ask-tell", "study.yaml", "--tensorboard", "runs", *options,
                                        stdin=subprocess.PIPE))

    def boards(self, name="study"):
        return board.boards(self.folder / "runs" / name)

    def test_ask_tell(self):
        self.write(SPACE)
        client = self.client()
        first = client.train([0.5, 0.25, 0.125])
        client.say(op="tell", trial=0, value=0.0625)
        client.train([1.5])
        client.say(op="tell", trial=1, state="pruned")
        client.train([3.5])
        client.say(op="tell", trial=2, state="failed", error="out of memory")
        client.train([4.5])
        own = {"rate": 0.25, "layers": 2, "norm": "batch", "factor": 2.0, "bias": False, "momentum": 0.5}
        client.say(op="tell", params=own, value=2)
        self.assertEqual(client.end(), (0, ""))
        for shown in self.boards():
            self.assertEqual(shown.runs(), [".", *map(run_name, range(5))])
            self.assertEqual(shown.scalars(), {
                run_name(0): {"loss": [(1, 0.5), (2, 0.25), (3, 0.0625)], "trial/pruned": [(3, 0)]},
                run_name(1): {"loss": [(1, 1.5)], "trial/pruned": [(1, 1)]},
                run_name(2): {"loss": [(1, 3.5)]},
                run_name(3): {"loss": [(1, 4.5)]},
                run_name(4): {"loss": [(3, 2)], "trial/pruned": [(3, 0)]}})
            self.assertEqual(shown.columns(), {
                "rate": ("number", (0.001, 0.5)), "layers": ("number", (1, 4)), "norm": ("text", ["none", "batch"]),
                "factor": ("number", [0.5, 2]), "bias": ("boolean", [False, True]), "momentum": ("number", (0, 0.9))})
            self.assertEqual(shown.metrics(), ["loss", "trial/pruned"])
            sessions = shown.sessions()
            self.assertEqual({name: status for name, (status, _, _) in sessions.items()},
                             {run_name(0): "success", run_name(1): "success", run_name(2): "failure", run_name(3): None,
                              run_name(4): "success"})
            self.assertEqual(sessions[run_name(0)][1], first["params"])
            self.assertEqual("momentum" in first["params"], first["params"]["norm"] == "batch")
            self.assertEqual(sessions[run_name(4)][1:], (own, {"loss": 2, "trial/pruned": 0}))
            self.assertEqual(sessions[run_name(0)][2]["loss"], 0.0625)

    def test_running(self):
        self.write(SPACE)
        client = self.client()
        for epochs in (1, 2):
            trial = client.train([0.5] * epochs)
            name = run_name(trial["trial"])
            for shown in self.boards():
                self.assertEqual(shown.scalars()[name]["loss"], [(step + 1, 0.5) for step in range(epochs)])
                self.assertEqual(shown.sessions()[name][0:2], (None, trial["params"]))
        accumulator = EventAccumulator(str(self.folder / "runs/study" / run_name(1))).Reload()
        self.assertEqual([(event.step, event.value) for event in accumulator.Scalars("loss")], [(1, 0.5), (2, 0.5)])
        self.assertLess(abs(accumulator.Scalars("loss")[0].wall_time - time.time()), 600)
        self.assertEqual(client.end()[0], 0)

    def test_again(self):
        self.write(SPACE)
        for value in (1, 2):
            client = self.client("--study", "a/b")
            client.train([value])
            self.assertEqual(client.end(), (0, ""))
        for name, value in (("a_b", 1), ("a_b-2", 2)):
            for shown in self.boards(name):
                self.assertEqual(shown.scalars(), {run_name(0): {"loss": [(1, value)]}})

    def test_mistakes(self):
        self.write(SPACE)
        (self.folder / "file").write_text("x", encoding="utf-8")
        for folder, why in (("file", "file is a file"), ("file/runs", "cannot be made"), ("/proc/runs", "cannot be made"),
                            ("", "has no value")):
            _, said = self.pegbox.run("ask-tell", "study.yaml", "--tensorboard", folder, code=2)
            self.assertIn(why, said)
            self.assertEqual(said.count("\n"), 1, said)

    # --- Studies that pegbox trains ---

    def check_trained(self, trials):
        """TensorBoard shows what is kept, and nothing else."""
        kept = self.pegbox.trials()
        self.assertEqual(len(kept), trials)
        for shown in self.boards("digits"):
            self.assertEqual(shown.runs(), [".", *(run_name(trial["trial"]) for trial in kept)])
            scalars, sessions = shown.scalars(), shown.sessions()
            for trial in kept:
                with self.subTest(trial=trial["trial"]):
                    self.check_trial(trial, scalars[run_name(trial["trial"])], sessions[run_name(trial["trial"])])
            self.assertEqual(shown.metrics()[0], "accuracy")
            self.assertEqual(shown.metrics()[-1], "trial/pruned")
            self.assertLess({"loss", "train_loss", "train_accuracy"}, set(shown.metrics()))
            self.assertEqual(shown.columns()["optimizer"][0], "text")

    def check_trial(self, trial, scalars, session):
        kept = {}
        for report in trial["reports"]:
            for metric, value in report["metrics"].items():
                kept.setdefault(metric, []).append((report["epoch"], as_float(value)))
        if trial["state"] in ("complete", "pruned"):
            kept["trial/pruned"] = [(trial["epochs"], trial["state"] == "pruned")]
        self.assertEqual(scalars, kept)
        status, params, metrics = session
        self.assertEqual(status, STATUS_OF.get(trial["state"]))
        self.assertEqual(params, trial["params"])
        if trial["state"] == "complete":
            self.assertEqual(metrics["accuracy"], as_float(trial["values"]["accuracy"]))

    def test_trained(self):
        self.write(TRAINED + "pruner: {name: median, startup: 2}\ntest: 0.1\n")
        _, said = self.pegbox.run("run", "study.yaml")
        self.assertIn(f"TensorBoard shows it from {self.folder}/runs/digits.", said)
        self.check_trained(6)
        self.pegbox.run("run", "study.yaml", "--trials", 8, "--allow-change")
        self.check_trained(8)

    def test_resumed(self):
        self.write(TRAINED.replace("epochs: 3", "epochs: 9") + "strategy: hyperband\n")
        self.pegbox.run("run", "study.yaml", "--trials", 12)
        self.check_trained(len(self.pegbox.trials()))
        self.assertIn("pruned", {trial["state"] for trial in self.pegbox.trials()})

    def written(self):
        """How many bytes of events there are."""
        return sum(file.stat().st_size for file in (self.folder / "runs").rglob("*tfevents*"))

    def test_killed(self):
        """Killed again and again after some reports."""
        self.write(TRAINED.replace("epochs: 3", "epochs: 8"))
        killed = 0
        for part in range(1, 5):
            begun = self.written()
            process = self.pegbox.start("run", "study.yaml", "--checkpoint-epochs", 3)
            while process.poll() is None and self.written() < begun + 1200 * part:
                time.sleep(0.01)
            killed += process.poll() is None
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=60)
        self.assertGreater(killed, 1)
        self.pegbox.run("run", "study.yaml")
        self.check_trained(6)
        self.assertEqual([name.name for name in (self.folder / "runs").iterdir()], ["digits"])

    def test_late(self):
        self.write(TRAINED.replace(", tensorboard: runs", ""))
        self.pegbox.run("run", "study.yaml", "--trials", 3)
        self.assertFalse((self.folder / "runs").exists())
        self.pegbox.run("run", "study.yaml", "--trials", 5, "--allow-change", "--tensorboard", "runs")
        self.check_trained(5)

    def test_full(self):
        self.write(TRAINED)
        self.pegbox.run("run", "study.yaml", "--trials", 1)
        trial = self.folder / "runs/digits" / run_name(1)
        trial.mkdir()
        (trial / "events.out.tfevents.00001.pegbox").symlink_to("/dev/full")
        _, said = self.pegbox.run("run", "study.yaml", "--trials", 4, "--allow-change")
        self.assertEqual(said.count("nothing more is written for TensorBoard"), 1, said)
        self.assertEqual([one["state"] for one in self.pegbox.trials()], ["complete"] * 4)


def main():
    global ARGUMENTS
    names = [name.removeprefix("test_") for name in vars(TensorboardTest) if name.startswith("test_")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=names)
    for option in ("--pegbox", "--scratch"):
        parser.add_argument(option, type=pathlib.Path, required=True)
    ARGUMENTS = parser.parse_args()
    result = unittest.TextTestRunner().run(TensorboardTest(f"test_{ARGUMENTS.name}"))
    sys.exit(0 if result.wasSuccessful() else 1)


main()
