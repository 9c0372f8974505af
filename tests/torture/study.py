"""Studies to torture: how they are run, and what must hold of them at any time."""
import json
import os
import re
import shutil
import signal
import subprocess
import time

import database

TIMEOUT = 60  # seconds for any one process


class Failure(Exception):
    """What was expected and did not hold."""


def expect(holds, what):
    if not holds:
        raise Failure(what)


class Process:
    """pegbox, with its outputs in files. Killed at the end of the test, whatever happens."""

    def __init__(self, arguments, output, environment):
        self.output = output
        with open(f"{output}.out", "wb") as out, open(f"{output}.err", "wb") as err:
            self.popen = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment)
        self.id = self.popen.pid

    def read(self, name):
        with open(f"{self.output}.{name}", encoding="utf-8") as file:
            return file.read()

    @property
    def out(self):
        return self.read("out")

    @property
    def err(self):
        return self.read("err")

    def ends_within(self, seconds):
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def code(self):
        """Waits for the end. Negative: the signal that the process died of."""
        expect(self.ends_within(TIMEOUT), f"pegbox ends within {TIMEOUT} s; it wrote: {self.err}")
        return self.popen.returncode

    def wait_until(self, holds, what):
        end = time.monotonic() + TIMEOUT
        while not holds():
            expect(self.popen.poll() is None, f"{what}, before pegbox ends with {self.popen.returncode}: {self.err}")
            expect(time.monotonic() < end, f"{what}, within {TIMEOUT} s: {self.err}")
            time.sleep(0.005)

    def send(self, number):
        self.popen.send_signal(number)

    def kill(self):
        if self.popen.poll() is None:
            self.send(signal.SIGKILL)
        self.popen.wait()


class Host:
    """The pegbox under test, and where its studies are kept."""

    def __init__(self, pegbox, fixtures, scratch):
        self.pegbox = pegbox
        self.fixtures = fixtures
        self.scratch = scratch
        self.processes = []
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("PEGBOX_", "CRASHER_", "FAILING_")) and name != "LD_PRELOAD"}
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)

    def start(self, arguments, output, environment):
        words = [str(word) for word in (self.pegbox, *arguments)]
        process = Process(words, output, self.environment | environment)
        self.processes.append(process)
        return process

    def kill_all(self):
        for process in self.processes:
            process.kill()


class Study:
    """A study in a folder of its own. `crasher` is what its pruner is set to: trial, epoch and how."""

    def __init__(self, host, name, trials=12, crasher=()):
        self.host = host
        self.name = "torture"  # in the storage
        self.trials = trials
        self.jobs = 2
        self.crasher = dict(crasher)
        self.processes = 0
        self.folder = host.scratch / name
        self.folder.mkdir()
        self.storage = self.folder / "s.db"
        self.side_folder = self.folder / "s.db.pegbox"
        self.armed = self.beside("armed")

    def beside(self, name):
        """A file of the test's own."""
        return self.folder.with_suffix("." + name)

    def copied(self, name):
        study = Study(self.host, name, self.trials, self.crasher)
        shutil.copytree(self.folder, study.folder, dirs_exist_ok=True)
        return study

    def description(self):
        settings = {"space.width": 8, "space.layers": 1, "space.batch_size": 256}
        settings |= {f"pruner.{key}": value for key, value in self.crasher.items()}
        words = ["--model", "mlp", "--data", "digits", "--strategy", self.host.fixtures / "torture_halving.so",
                 "--pruner", self.host.fixtures / "torture_crasher.so", "--study", self.name, "--seed", 3,
                 "--trials", self.trials, "--epochs", 9, "--window", 4, "--device", "cpu"]
        for key, value in settings.items():
            words += ["--set", f"{key}={value}"]
        return words

    def pegbox(self, words, environment):
        self.processes += 1
        return self.host.start(words, self.beside(f"{self.processes}"), environment)

    def start(self, *options, environment=(), storage=None):
        words = ["run", *self.description(), "--jobs", self.jobs, "--checkpoint-epochs", 1, "--format", "json",
                 "--storage", storage or self.storage, *options]
        return self.pegbox(words, {"CRASHER_ARMED": str(self.armed)} | dict(environment))

    def run(self, *options, code=0, **more):
        """Runs on until the study or the process ends."""
        process = self.start(*options, **more)
        found = process.code()
        expect(found == code, f"the run exits with {code}, not {found}: {process.err}")
        return process

    def verb(self, *words, code=0, storage=None):
        """Another verb on the study. `code` may be None: the caller looks at it."""
        process = self.pegbox([*words, "--storage", storage or self.storage], {})
        found = process.code()
        expect(code in (found, None), f"{words} exits with {code}, not {found}: {process.out}{process.err}")
        return process

    def arm(self):
        self.armed.touch()

    def disarm(self):
        self.armed.unlink()

    def until_it_hangs(self, *options):
        """Runs the study until its pruner hangs."""
        self.arm()
        process = self.start(*options)
        process.wait_until(lambda: database.reported(self.storage, self.crasher["trial"]) == self.crasher["epoch"],
                           "the pruner hangs")
        return process

    def check(self, err=""):
        """What must hold whatever happened. `err`: what a run said, and so must have kept."""
        copy = database.copied(self.storage, self.beside("copy"))
        if copy is None:
            expect(not ended_trials(err), f"what was told as ended is kept: {err}")
            return
        faults = database.Invariants(copy).faults
        expect(not faults, "; ".join(faults))
        states = database.states(copy)
        for number, state in ended_trials(err).items():
            expect(states.get(number) == state, f"trial {number} was told as {state} and is kept as "
                                                f"{states.get(number)}")
        self.verb("storage", "check", storage=copy)


def ended_trials(err):
    """Number and state of the trials that a run told as ended."""
    lines = re.findall(r"^trial (\d+) (complete|pruned|failed)\b", err, re.MULTILINE)
    return {int(number): database.ENDED[state] for number, state in lines}


def one_sentence(process):
    """The message that a failed run ends with."""
    lines = [line for line in process.err.splitlines() if line.startswith("pegbox: ")]
    expect(len(lines) == 1 and process.out == "", f"one sentence and no result: {process.out}{process.err}")
    return lines[0]


class Reference:
    """A study that nothing disturbed, and what others must be like at their end."""

    def __init__(self, host, trials=12, crasher=()):
        self.study = Study(host, "reference", trials, crasher)
        begin = time.monotonic()
        process = self.study.run()
        self.seconds = time.monotonic() - begin
        self.study.check(process.err)
        self.contents = database.contents(self.study.storage)
        self.result = without_times(json.loads(process.out))
        states = {trial["state"] for trial in self.result["trials"]}
        copies = [row for row in self.contents["pegbox_trials"] if row[2] is not None]
        expect({"complete", "pruned"} <= states and copies, f"the study has all kinds of trials, not only {states}")

    def promoted(self):
        """A trial that was resumed twice, and an epoch in the last stretch of its training."""
        number = next(trial["trial"] for trial in self.result["trials"] if trial["trial"] > 0 and trial["epochs"] == 9)
        return {"trial": number, "epoch": 5}

    def expect_in_memory(self):
        """It is what comes of the same study where nothing is kept."""
        process = self.study.pegbox(["run", *self.study.description(), "--jobs", 1, "--format", "json"], {})
        expect(process.code() == 0, process.err)
        found = without_times(json.loads(process.out))
        expect(found["trials"] == self.result["trials"], "what is kept differs from what is not")

    def expect_same(self, study, process=None):
        """`process` is the run that ended the study; where it is left out the study is run, and must be over."""
        if process is None:
            process = study.run()
        study.check(process.err)
        found = without_times(json.loads(process.out))
        for one, other in zip(self.result["trials"], found["trials"]):
            expect(one == other, f"a trial is {other}, undisturbed {one}")
        expect(found == self.result, f"the result is {found}, undisturbed {self.result}")
        fault = database.difference(self.contents, database.contents(study.storage))
        expect(fault is None, f"undisturbed, {fault}")
        kept = json.loads(study.verb("trials", "--format", "json").out)
        kept = [{key: value for key, value in trial.items() if key != "seconds"} for trial in kept]
        expect(kept == found["trials"], "`trials` tells what `run` does")


def without_times(result):
    """A result as JSON without what may differ from run to run."""
    result["study"].pop("name", None)
    for trial in [*result["trials"], result["best"]]:
        trial.pop("seconds", None)
    return result
