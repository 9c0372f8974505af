#!/usr/bin/env python3
"""Ill-treats studies that are kept: torture_test.py NAME --pegbox FILE --fixtures DIR --scratch DIR

kills     killed at any moment and run again, a study ends as one that was not
faults    a call of the system fails, or the disk is full: the run says so, and the study goes on
locked    another program has locked the database
damaged   databases that are none, or of another time, are refused and left as they are
blocked   checkpoints are torn or gone, and something else stands where files of the study belong
signals   the first signal pauses the study, the second ends it at once
crashes   what a plug-in crashed in is failed, and the study goes on
hosts     two hosts never run one study; the other verbs work meanwhile
models    a study of each bundled model is the same on 1, 2 and 4 workers, and killed and run again

`--kills N` and `--faults N` do more than the tests do; `--faults all` lets each call fail once. What is drawn by chance
depends on `--seed`. The folder stays where a test fails.
"""
import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import sys

import damage
import database
import faults
import models
from study import Failure, Host, Reference, Study, expect, one_sentence


class Test:
    def __init__(self, arguments):
        self.kills = arguments.kills
        self.faults = arguments.faults
        self.random = random.Random(f"{arguments.name} {arguments.seed}")
        self.host = Host(arguments.pegbox.resolve(), arguments.fixtures.resolve(),
                         arguments.scratch.resolve() / arguments.name)


def kill_studies(test):
    reference = Reference(test.host)
    reference.expect_in_memory()
    left, count = test.kills, 0
    while left > 0:
        count += 1
        study = Study(test.host, f"study_{count}")
        process = study.start()
        while left > 0 and not process.ends_within(test.random.uniform(0.1, reference.seconds)):
            process.kill()
            left -= 1
            study.check(process.err)
            process = study.start()
        expect(process.code() == 0, f"the study ends: {process.err}")
        reference.expect_same(study, process)
        print(f"{study.folder.name}: the same, {left} kills left", flush=True)


def fail_calls(test):
    reference = Reference(test.host, trials=8)
    counts = faults.calls_of(reference)
    if test.faults == "all":
        faults.each_call_once(reference)
        faults.full_disk(reference, counts, counts["write"] // 5, test.random)
    else:
        faults.drawn_calls(reference, counts, test.faults, test.random)
        faults.full_disk(reference, counts, 3, test.random)


@contextlib.contextmanager
def exclusive(storage):
    connection = sqlite3.connect(storage, timeout=30, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    yield
    connection.close()


def lock_databases(test):
    reference = Reference(test.host)
    study = Study(test.host, "study", crasher=reference.promoted())
    process = study.until_it_hangs("--busy-timeout", "1s")
    with exclusive(study.storage):
        study.disarm()
        expect(process.code() == 4 and "locked" in one_sentence(process), process.err)
        process = study.run("--busy-timeout", "1s", code=4)
        expect("locked" in one_sentence(process), process.err)
    study.check()
    reference.expect_same(study)


def damage_databases(test):
    """A run, a verb that reads and one that writes leave a bad database as it is, byte for byte."""
    whole = Reference(test.host).study
    for name, (harm, sentence) in damage.DATABASES.items():
        study = whole.copied(name)
        harm(study.storage)
        before = study.storage.read_bytes()
        found = study.verb("storage", "check", code=4)
        expect(sentence in found.out + found.err, f"{name}: storage check says {found.out}{found.err}")
        for words in (["run", *study.description()], ["trials"], ["enqueue", "--set", "learning_rate=0.01"]):
            found = study.verb(*words, code=None)
            expect(found.code() in (0, 4), f"{name}: {words[0]} exits with {found.code()}: {found.err}")
            if found.code() == 4:
                expect(sentence in one_sentence(found), f"{name}: {words[0]} says {found.err}")
            else:
                # What is damaged does not concern each verb.
                expect(sentence == "is damaged" and words[0] != "run", f"{name}: {words[0]} refuses it")
            if found.code() == 0 and words[0] == "enqueue":
                study.storage.write_bytes(before)
            expect(study.storage.read_bytes() == before, f"{name}: {words[0]} changes no byte")
            expect(not study.storage.with_name("s.db-journal").exists(), f"{name}: {words[0]} leaves a journal")
        print(f"{name}: {one_sentence(found) if found.code() == 4 else sentence}", flush=True)


def checkpoints(study):
    files = sorted(study.side_folder.glob("checkpoints-*/*.checkpoint"))
    expect(len(files) > 1, f"a study that was killed has checkpoints, not only {files}")
    return files


def block_files(test):
    reference = Reference(test.host)
    begun = Study(test.host, "begun", crasher=reference.promoted())
    begun.until_it_hangs().kill()
    begun.disarm()
    for name, harm in damage.CHECKPOINTS.items():
        study = begun.copied(name)
        for file in checkpoints(study):
            harm(file)
        process = study.run()
        expect(("is torn" in process.err) == (name != "removed"), process.err)
        reference.expect_same(study, process)

    folder = checkpoints(begun)[0].parent
    away = folder.rename(folder.with_suffix(".away"))
    folder.touch()
    expect("checkpoint" in one_sentence(begun.run(code=4)), "it says that no checkpoint can be written")
    begun.check()
    folder.unlink()
    away.rename(folder)
    reference.expect_same(begun)

    study = Study(test.host, "no_side_folder")
    study.side_folder.touch()
    expect("cannot be written" in one_sentence(study.run(code=4)), "it says that the study cannot be locked")
    study.side_folder.unlink()
    reference.expect_same(study)
    # A folder where nobody can make files, a file that is no folder, none at all, and one as the database.
    for storage in ("/proc/s.db", "/dev/null/s.db", study.folder / "none/s.db", study.folder):
        sentence = one_sentence(study.run(code=4, storage=storage))
        expect(str(storage) in sentence and "folder" in sentence, f"it says why {storage} is no storage: {sentence}")


def signal_studies(test):
    reference = Reference(test.host)
    study = Study(test.host, "paused", crasher=reference.promoted())
    process = study.until_it_hangs()
    process.send(signal.SIGTERM)
    process.wait_until(lambda: "once more to stop at once" in process.err, "the signal is answered")
    study.disarm()
    expect(process.code() == 75, process.err)
    expect(json.loads(process.out)["study"]["ended"] == "interrupted", process.out)
    study.check(process.err)
    status = json.loads(study.verb("status", "--format", "json").out)
    expect(status["host"] is None and status["states"]["running"] == 0 < status["states"]["paused"], status)
    reference.expect_same(study)

    study = Study(test.host, "ended", crasher=reference.promoted())
    process = study.until_it_hangs()
    process.send(signal.SIGINT)
    process.wait_until(lambda: "once more to stop at once" in process.err, "the signal is answered")
    process.send(signal.SIGINT)
    expect(process.code() == 130 and process.out == "", process.err)
    study.check(process.err)
    study.disarm()
    reference.expect_same(study)

    study = Study(test.host, "often")
    for number in (signal.SIGTERM, signal.SIGINT) * 2:
        process = study.start()
        if not process.ends_within(test.random.uniform(0.1, reference.seconds)):
            process.send(number)
        # Before there is anything to stop the signal ends the process.
        expect(process.code() in (0, 75, -number), process.err)
        study.check(process.err)
    reference.expect_same(study)


# What a crash is called, and how the process ends.
CRASHES = {"segv": ("SIGSEGV", -signal.SIGSEGV), "abort": ("SIGABRT", -signal.SIGABRT),
           "terminate": ("SIGABRT", -signal.SIGABRT), "exit": ("exit() was called", 5),
           "fpe": ("SIGFPE", -signal.SIGFPE)}


def crash_plugin(study):
    what, code = CRASHES[study.crasher["how"]]
    number = study.crasher["trial"]
    study.arm()
    process = study.run(code=code)
    where = f"{what} in pruner 'crasher' ({study.host.fixtures}/torture_crasher.so)"
    expect(f"pegbox: {where}, trial {number}\n" in process.err, process.err)
    study.check(process.err)

    process = study.run()
    expect(f"crashed in trial {number} ({where})" in process.err, process.err)
    study.check(process.err)
    trials = json.loads(process.out)["trials"]
    failed = {trial["trial"]: trial["error"] for trial in trials if trial["state"] == "failed"}
    expect(failed == {number: f"crashed pegbox: {where}"}, failed)
    expect(len(trials) == study.trials, "the study went on to its end")

    before = database.contents(study.storage)
    process = study.run()
    expect(json.loads(process.out)["trials"] == trials and "crashed" not in process.err, process.err)
    fault = database.difference(before, database.contents(study.storage))
    expect(fault is None, f"a third run changes nothing: {fault}")
    print(f"{study.folder.name}: {failed}", flush=True)


def crash_plugins(test):
    place = Reference(test.host).promoted()
    for how in CRASHES:
        crash_plugin(Study(test.host, how, crasher=place | {"how": how}))
    # Before anything of the trial can have been kept.
    crash_plugin(Study(test.host, "at_once", crasher={"trial": 0, "epoch": 1, "how": "segv"}))


def expect_tried(rates, process):
    tried = {trial["params"]["learning_rate"]: trial["state"] for trial in json.loads(process.out)["trials"]}
    expect(all(tried.get(rate) == "complete" for rate in rates), f"{rates} were enqueued, and tried {tried}")


def share_studies(test):
    reference = Reference(test.host)
    study = Study(test.host, "shared", crasher=reference.promoted())
    first = study.until_it_hangs()
    holder = f"process {first.id} on host {os.uname().nodename}"
    second = one_sentence(study.run(code=4))
    expect(holder in second, second)
    status = json.loads(study.verb("status", "--format", "json").out)
    expect(status["host"] == holder and status["states"]["running"] > 0, status)
    expect(len(json.loads(study.verb("trials", "--format", "json").out)) > 4, "the trials are shown")
    expect(json.loads(study.verb("best", "--format", "json").out)["values"]["accuracy"] > 0, "the best is shown")
    study.verb("show", "0")
    study.verb("storage", "check")
    beside = Study(test.host, "beside")
    beside.name = "beside"
    beside.run(storage=study.storage)
    rates = [0.0123, 0.0234, 0.0345]
    for rate in rates:
        study.verb("enqueue", "--study", "torture", "--set", f"learning_rate={rate}")
    study.disarm()
    expect(first.code() == 0, first.err)
    expect_tried(rates, first)

    study = Study(test.host, "enqueued", trials=60)
    first = study.start()
    first.wait_until(lambda: "trial 0 " in first.err, "the study begins")
    rates = []
    while first.popen.poll() is None and len(rates) < 20:
        rates.append(0.01 + len(rates) / 1000)
        study.verb("enqueue", "--set", f"learning_rate={rates[-1]}")
    expect(first.code() == 0, first.err)
    study.check(first.err)
    # The next run tries what came too late for the first.
    expect_tried(rates, study.run())
    study.check()


def main():
    tests = {"kills": kill_studies, "faults": fail_calls, "locked": lock_databases, "damaged": damage_databases,
             "blocked": block_files, "signals": signal_studies, "crashes": crash_plugins, "hosts": share_studies,
             "models": lambda test: models.same_however_run(test.host)}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=tests)
    for option in ("--pegbox", "--fixtures", "--scratch"):
        parser.add_argument(option, type=pathlib.Path, required=True)
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--faults", type=lambda text: text if text == "all" else int(text), default=16)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    test = Test(arguments)
    try:
        tests[arguments.name](test)
    except Failure as failure:
        sys.exit(f"failed: {failure}")
    finally:
        test.host.kill_all()
    shutil.rmtree(test.host.scratch)


main()
