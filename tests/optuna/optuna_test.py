#!/usr/bin/env python3
"""Optuna on the studies of pegbox, and pegbox on those of Optuna: optuna_test.py NAME --pegbox FILE --plugins DIR
--scratch DIR. The environment variable PEGBOX_OPTUNA names the folder with the packages of requirements.txt.

NAME is that of a test below. Each has a folder of its own, and the time zone is not UTC.
"""
import argparse
import collections
import datetime
import os
import pathlib
import shutil
import signal
import sqlite3
import sys
import time
import unittest
import warnings


def fail(sentence):
    sys.exit(f"optuna_test.py: {sentence}")


PACKAGES = pathlib.Path(os.environ.get("PEGBOX_OPTUNA") or
                        fail("PEGBOX_OPTUNA is not set; ./dev test fetches Optuna, and sets it to the folder"))
sys.path.insert(0, str(PACKAGES))
try:
    import optuna
except ImportError as error:
    fail(f"PEGBOX_OPTUNA={PACKAGES} has no Optuna for this Python: {error}")

from optuna.trial import TrialState

import dashboard
import pegbox
import study

STATES = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed", "WAITING": "waiting"}

ONE_OBJECTIVE = ("contour", "edf", "intermediate_values", "optimization_history", "parallel_coordinate",
                 "param_importances", "rank", "slice", "timeline")
WITH_TARGET = ("contour", "edf", "optimization_history", "parallel_coordinate", "rank", "slice")
# One picture for each pair of hyperparameters: a few of these are enough.
PAIRS = {"contour": ["learning_rate", "layers", "bias"], "rank": ["learning_rate", "optimizer", "dropout"]}
SEVERAL_OBJECTIVES = ("pareto_front", "hypervolume_history")
NEEDS_PYTORCH = ("terminator_improvement",)


def typed(params):
    """So that True, 1 and 1.0 differ."""
    return {name: (type(value), value) for name, value in params.items()}


def utc(local):
    """Optuna gives a time without a zone, in local time."""
    return local.astimezone(datetime.timezone.utc) if local else None


def seen(trial):
    """All that Optuna says of a trial."""
    return (trial.number, trial.state, typed(trial.params), trial.distributions, trial.values,
            trial.intermediate_values, trial.datetime_start, trial.datetime_complete, trial.user_attrs,
            trial.system_attrs)


class OptunaTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = ARGUMENTS.scratch / self._testMethodName
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.pegbox = pegbox.Pegbox(ARGUMENTS.pegbox, self.folder)
        os.environ["TZ"] = "JST-9"
        time.tzset()
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        # Optuna warns of a distribution or a value that it does not like.
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)

    def write_study(self, **changes):
        study.write(self.folder, ARGUMENTS.plugins, **changes)

    def load(self, **settings):
        return study.load(self.folder, **settings)

    def create(self, **settings):
        settings = {"direction": "maximize", "sampler": optuna.samplers.RandomSampler(seed=1)} | settings
        return optuna.create_study(study_name=study.NAME, storage=f"sqlite:///{self.folder}/study.db", **settings)

    def sql(self, statement):
        database = sqlite3.connect(self.folder / "study.db", timeout=60)
        with database:
            rows = database.execute(statement).fetchall()
        database.close()
        return rows

    def check_storage(self):
        checked = self.pegbox.json("storage", "check", "--storage", "study.db")
        self.assertEqual(checked["faults"], [])

    def check_same(self, loaded):
        """Optuna sees what pegbox shows, and nothing is wrong with the file."""
        trials = self.pegbox.trials()
        self.assertEqual([trial.number for trial in loaded.trials], list(range(len(trials))))
        for trial, ours in zip(loaded.trials, trials):
            with self.subTest(trial=trial.number):
                self.check_trial(trial, ours, loaded.metric_names)
        self.check_storage()

    def check_trial(self, trial, ours, metrics):
        self.assertEqual(ours["trial"], trial.number)
        # Trials that go on later run, for Optuna.
        state = STATES.get(trial.state.name)
        self.assertIn(ours["state"], [state] if state else ["running", "paused"])
        self.assertEqual(typed(trial.system_attrs["fixed_params"] if state == "waiting" else trial.params),
                         typed(ours["params"]))
        if state in ("complete", "pruned"):
            self.assertEqual(trial.values, list(ours["values"].values()))
            if trial.user_attrs:
                self.check_attributes(trial, ours, metrics)
        else:
            self.assertIsNone(trial.values)
        for local, shown in ((trial.datetime_start, ours["started"]), (trial.datetime_complete, ours["ended"])):
            self.assertEqual(utc(local), datetime.datetime.fromisoformat(shown) if shown else None)
        if len(metrics) > 1:
            self.assertEqual(trial.intermediate_values, {})
            return
        reports = {report["epoch"]: report["metrics"][metrics[0]] for report in ours["reports"]}
        if not trial.user_attrs and 0 in trial.intermediate_values:
            # Optuna ran it, and counted from 0.
            reports = {epoch - 1: value for epoch, value in reports.items()}
        elif not trial.user_attrs and trial.values and not trial.intermediate_values:
            # It reported nothing, and pegbox takes the result for the report of one epoch.
            self.assertEqual(reports, {1: trial.value})
            return
        self.assertEqual(trial.intermediate_values, reports)

    def check_attributes(self, trial, ours, metrics):
        """What pegbox measured besides the objectives."""
        last = {name: value for name, value in ours["reports"][-1]["metrics"].items() if name not in metrics}
        self.assertEqual(trial.user_attrs, last | {"epochs": ours["epochs"], "seconds": ours["seconds"]})

    def check_plots(self, names, loaded, **settings):
        for name in names:
            with self.subTest(plot=name):
                pairs = {"params": PAIRS[name]} if name in PAIRS else {}
                figure = getattr(optuna.visualization, f"plot_{name}")(loaded, **pairs, **settings)
                self.assertTrue(figure.data)
                self.assertIn("data", figure.to_json())

    # --- Optuna reads ---

    def test_reading(self):
        """A study of pegbox is whole and right in Optuna."""
        begun = datetime.datetime.now(datetime.timezone.utc)
        self.write_study(trials=16)
        self.pegbox.run("run", "study.yaml")
        ended = datetime.datetime.now(datetime.timezone.utc)
        loaded = self.load()
        self.assertEqual(loaded.metric_names, ["accuracy"])
        self.assertEqual(loaded.directions, [optuna.study.StudyDirection.MAXIMIZE])
        self.assertEqual(len(loaded.trials), 16)
        self.check_same(loaded)
        states = collections.Counter(trial.state for trial in loaded.trials)
        self.assertGreaterEqual(states[TrialState.COMPLETE], 2)
        self.assertGreaterEqual(states[TrialState.PRUNED], 1)
        for trial in loaded.trials:
            self.assertLess({"loss", "train_loss", "epochs"}, set(trial.user_attrs))
            self.assertTrue(begun <= utc(trial.datetime_start) <= utc(trial.datetime_complete) <= ended)
            self.assertEqual("momentum" in trial.params, trial.params["optimizer"] == "sgd")
            self.assertEqual("gate" in trial.params, trial.params["layers"] >= 2)
            self.assertEqual((trial.params["kind"], trial.params["weight_decay"]), ("plain", 1e-4))
        best = self.pegbox.json("best", "--storage", "study.db")
        self.assertEqual((loaded.best_trial.number, loaded.best_value), (best["trial"], best["values"]["accuracy"]))
        self.assertEqual(typed(loaded.best_params), typed(best["params"]))
        [summary] = optuna.get_all_study_summaries(f"sqlite:///{self.folder}/study.db")
        self.assertEqual((summary.study_name, summary.n_trials), (study.NAME, 16))
        self.check_table(loaded)

    def check_table(self, loaded):
        table = loaded.trials_dataframe()
        self.assertEqual(list(table["number"]), list(range(16)))
        self.assertEqual(list(table["state"]), [trial.state.name for trial in loaded.trials])
        self.assertEqual(list(table["value_accuracy"]), [trial.value for trial in loaded.trials])
        names = {column.removeprefix("params_") for column in table.columns if column.startswith("params_")}
        self.assertEqual(names, {"learning_rate", "batch_size", "optimizer", "momentum", "weight_decay", "layers",
                                 "units", "heads", "dropout", "scale", "gate", "bias", "factor", "kind"})

    def test_plots(self):
        """Optuna's plots and importances of a study of pegbox."""
        self.write_study(trials=16)
        self.pegbox.run("run", "study.yaml")
        loaded = self.load()
        known = {*ONE_OBJECTIVE, *SEVERAL_OBJECTIVES, *NEEDS_PYTORCH}
        self.assertEqual({f"plot_{name}" for name in known},
                         {name for name in optuna.visualization.__all__ if name.startswith("plot_")})
        self.check_plots(ONE_OBJECTIVE, loaded)
        complete = [trial for trial in loaded.trials if trial.state == TrialState.COMPLETE]
        history = optuna.visualization.plot_optimization_history(loaded)
        self.assertEqual(list(history.data[0].x), [trial.number for trial in complete])
        self.assertEqual(list(history.data[0].y), [trial.value for trial in complete])
        curves = optuna.visualization.plot_intermediate_values(loaded)
        self.assertEqual(len(curves.data), 16)
        for curve, trial in zip(curves.data, loaded.trials):
            self.assertEqual(dict(zip(curve.x, curve.y)), trial.intermediate_values)
        in_all = set.intersection(*(set(trial.params) for trial in complete))
        in_any = set.union(*(set(trial.params) for trial in complete))
        fixed = {"kind", "weight_decay"}
        importance = optuna.importance
        for evaluator, names in ((importance.PedAnovaImportanceEvaluator(), in_any),
                                 (importance.FanovaImportanceEvaluator(seed=1), in_all),
                                 (importance.MeanDecreaseImpurityImportanceEvaluator(seed=1), in_all)):
            with self.subTest(evaluator=type(evaluator).__name__):
                found = importance.get_param_importances(loaded, evaluator=evaluator)
                self.assertEqual(set(found) | fixed, names | fixed)
                self.assertAlmostEqual(sum(found.values()), 1)

    def test_objectives(self):
        """A study of two objectives."""
        self.write_study(trials=12, pruner="none",
                         objective="[{metric: accuracy, direction: maximize}, {metric: loss, direction: minimize}]")
        result = self.pegbox.json("run", "study.yaml")
        loaded = self.load()
        self.assertEqual(loaded.metric_names, ["accuracy", "loss"])
        self.assertEqual([direction.name for direction in loaded.directions], ["MAXIMIZE", "MINIMIZE"])
        self.check_same(loaded)
        self.assertEqual(sorted(trial.number for trial in loaded.best_trials), sorted(result["front"]))
        self.check_plots(WITH_TARGET, loaded, target=lambda trial: trial.values[1], target_name="loss")
        self.check_plots(("pareto_front", "timeline"), loaded)
        # The default evaluator warns that it looks for low values.
        evaluator = optuna.importance.MeanDecreaseImpurityImportanceEvaluator(seed=1)
        self.check_plots(("param_importances",), loaded, evaluator=evaluator)
        self.check_plots(("hypervolume_history",), loaded, reference_point=[0.0, 100.0])
        loaded.optimize(lambda trial: (study.suggest(trial), (0.5, 1.0))[1], n_trials=2)
        self.pegbox.run("run", "study.yaml", "--trials", 15, "--allow-change")
        self.check_same(self.load())
        self.assertEqual(len(self.load().trials), 15)

    # --- Both add trials ---

    def test_continuing(self):
        """Optuna adds trials to a study of pegbox, and pegbox goes on."""
        self.write_study(trials=8)
        self.pegbox.run("run", "study.yaml")
        before = [seen(trial) for trial in self.load().trials]
        for sampler in (optuna.samplers.RandomSampler(seed=2), optuna.samplers.TPESampler(seed=3, n_startup_trials=2)):
            self.load(sampler=sampler).optimize(study.objective, n_trials=2)
        theirs = self.load().trials[8:]
        self.assertEqual([trial.number for trial in theirs], [8, 9, 10, 11])
        _, said = self.pegbox.run("run", "study.yaml", "--trials", 16, "--strategy",
                                  ARGUMENTS.plugins / "optuna_repeating.so", "--allow-change")
        self.assertNotIn("is not told", said)
        loaded = self.load()
        self.assertEqual(len(loaded.trials), 16)
        self.assertEqual([seen(trial) for trial in loaded.trials[:12]], before + [seen(trial) for trial in theirs])
        self.check_same(loaded)
        # The strategy repeats the best trial that it was told.
        best = max(theirs, key=lambda trial: trial.value)
        self.assertEqual(typed(loaded.trials[15].params), typed(best.params | {"kind": "plain", "weight_decay": 1e-4}))
        # What Optuna has in its memory fits what is new.
        loaded.optimize(study.objective, n_trials=1)
        self.check_same(self.load())

    def test_adopting(self):
        """A study that Optuna made, with trials in every state, is continued by pegbox."""
        created = self.create()
        created.optimize(study.objective, n_trials=4)
        created.optimize(self.prunes, n_trials=1)
        created.optimize(self.breaks, n_trials=3, catch=ValueError)  # as many as would end a run
        stale = created.ask()
        study.suggest(stale)
        self.sql("INSERT INTO trial_heartbeats (trial_id, heartbeat)"
                 " SELECT trial_id, datetime('now', '-1 hour') FROM trials WHERE state = 'RUNNING'")
        created.enqueue_trial({"learning_rate": 0.02, "optimizer": "sgd", "dropout": 0.3, "bias": True})
        created.enqueue_trial({"learning_rate": 0.01, "layers": 2, "heads": 7, "units": 24})
        before = [seen(trial) for trial in created.trials[:9]]
        self.write_study(trials=15, window=1, pruner="none")
        _, said = self.pegbox.run("run", "study.yaml", "--strategy", ARGUMENTS.plugins / "optuna_repeating.so")
        self.assertNotIn("is not told", said)
        loaded = self.load()
        self.assertEqual([seen(trial) for trial in loaded.trials[:9]], before)
        self.assertEqual([trial.state.name for trial in loaded.trials],
                         4 * ["COMPLETE"] + ["PRUNED", "FAIL", "FAIL", "FAIL", "RUNNING"] + 6 * ["COMPLETE"])
        self.check_same(loaded)
        self.check_queued(loaded.trials[9:11])
        self.assertLessEqual(max(trial.datetime_start for trial in loaded.trials[9:11]),
                             min(trial.datetime_start for trial in loaded.trials[11:]))
        best = max(loaded.trials[:4], key=lambda trial: trial.value)
        for trial in loaded.trials[12:]:
            self.assertEqual(typed(trial.params), typed(best.params | {"kind": "plain", "weight_decay": 1e-4}))
        # The stale trial is Optuna's to fail, and counts as such afterwards.
        created.tell(stale, state=TrialState.FAIL)
        self.pegbox.run("run", "study.yaml", "--trials", 16, "--allow-change", "--strategy",
                        ARGUMENTS.plugins / "optuna_repeating.so")
        loaded = self.load()
        self.assertEqual((len(loaded.trials), loaded.trials[8].state), (16, TrialState.FAIL))
        self.check_same(loaded)

    @staticmethod
    def prunes(trial):
        study.suggest(trial)
        trial.report(0.1, 0)
        raise optuna.TrialPruned

    @staticmethod
    def breaks(trial):
        study.suggest(trial)
        raise ValueError("broken")

    def check_queued(self, trials):
        """What a queued point leaves out has its default."""
        first, second = (trial.params for trial in trials)
        for params, point in ((first, {"learning_rate": 0.02, "optimizer": "sgd", "dropout": 0.3, "bias": True}),
                              (second, {"learning_rate": 0.01, "layers": 2, "heads": 7, "units": 24})):
            self.assertEqual(typed({name: params[name] for name in point}), typed(point))
        self.assertIn("momentum", first)
        self.assertIn("gate", second)

    def test_misfits(self):
        """Trials of a study of Optuna that are no points of the space are named, and not told."""
        created = self.create()
        created.optimize(self.elsewhere, n_trials=3)
        before = [seen(trial) for trial in created.trials]
        self.write_study(trials=7, window=1, pruner="none")
        _, said = self.pegbox.run("run", "study.yaml", "--strategy", ARGUMENTS.plugins / "optuna_repeating.so")
        for number in range(3):
            self.assertIn(f"trial {number}, which another program ran, is not told to the strategy: ", said)
        loaded = self.load()
        self.assertEqual([seen(trial) for trial in loaded.trials[:3]], before)
        self.assertEqual([trial.state for trial in loaded.trials[3:]], 4 * [TrialState.COMPLETE])
        for trial in loaded.trials[3:]:
            self.assertLessEqual(trial.params["learning_rate"], 0.1)
        self.check_same(loaded)

    @staticmethod
    def elsewhere(trial):
        return 5 + trial.suggest_float("learning_rate", 1.0, 2.0, log=True) + trial.suggest_int("depth", 1, 9)

    def test_directions(self):
        """A study of Optuna with other directions is refused, and left as it was."""
        self.create(direction="minimize").optimize(study.objective, n_trials=2)
        before = [seen(trial) for trial in self.load().trials]
        self.write_study(trials=4)
        _, said = self.pegbox.run("run", "study.yaml", code=2)
        self.assertIn("was made by another program with other directions", said)
        self.assertEqual([seen(trial) for trial in self.load().trials], before)

    # --- Hosts that die ---

    def long_study(self):
        """A study whose trials take a second or so."""
        (self.folder / "study.yaml").write_text(
            "study: both\nmodel: mlp\ndata: digits\ntrials: 6\nepochs: 40\nseed: 2\nspace: {batch_size: 16}\n"
            "run: {jobs: 2, device: cpu, storage: study.db}\n", encoding="utf-8")

    RUNNING = "SELECT trial_id FROM trials JOIN trial_heartbeats USING (trial_id) WHERE state = 'RUNNING'"

    def run_until_trials_run(self):
        """A host, some of whose trials have reported."""
        host = self.pegbox.start("run", "study.yaml")
        self.addCleanup(self.stop, host)
        deadline = time.monotonic() + 60
        while not self.running_and_reported():
            self.assertLess(time.monotonic(), deadline, "no trial ran within a minute")
            self.assertIsNone(host.poll(), "pegbox ended")
            time.sleep(0.02)
        return host

    def running_and_reported(self):
        if not (self.folder / "study.db").exists():
            return False
        try:
            return bool(self.sql(f"SELECT 1 FROM trial_intermediate_values WHERE trial_id IN ({self.RUNNING})"))
        except sqlite3.OperationalError:  # it has no tables yet
            return False

    @staticmethod
    def stop(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def test_stale(self):
        """Optuna fails and queues again what a host that was killed ran, and pegbox goes on with that."""
        self.long_study()
        host = self.run_until_trials_run()
        host.send_signal(signal.SIGKILL)
        host.wait()
        lost = [trial.number for trial in self.load().trials if trial.state == TrialState.RUNNING]
        self.assertTrue(lost)
        self.assertEqual(len(self.sql(self.RUNNING)), len(lost))
        self.sql("UPDATE trial_heartbeats SET heartbeat = datetime('now', '-1 hour')")
        storage = optuna.storages.RDBStorage(
            f"sqlite:///{self.folder}/study.db", heartbeat_interval=1, grace_period=2,
            heartbeat_stale_trial_callback=optuna.storages.RetryHeartbeatStaleTrialCallback())
        optuna.storages.fail_stale_trials(optuna.load_study(study_name=study.NAME, storage=storage))
        trials = self.load().trials
        again = {trial.system_attrs["failed_trial"]: trial for trial in trials if trial.state == TrialState.WAITING}
        self.assertEqual(sorted(again), lost)
        failed = [seen(trials[number]) for number in lost]
        self.pegbox.run("run", "study.yaml")
        loaded = self.load()
        self.assertEqual([seen(loaded.trials[number]) for number in lost], failed)
        for number, trial in again.items():
            now = loaded.trials[trial.number]
            self.assertEqual(loaded.trials[number].state, TrialState.FAIL)
            self.assertEqual(now.state, TrialState.COMPLETE)
            self.assertEqual(typed(now.params), typed(loaded.trials[number].params))
            self.assertEqual(optuna.storages.RetryHeartbeatStaleTrialCallback.retried_trial_number(now), number)
        self.assertGreaterEqual(len(loaded.trials), 6)
        self.assertEqual({trial.state for trial in loaded.trials}, {TrialState.COMPLETE, TrialState.FAIL})
        self.check_same(loaded)

    def test_interruption(self):
        """After an orderly stop nothing is stale, and pegbox goes on."""
        self.long_study()
        host = self.run_until_trials_run()
        self.load().enqueue_trial({"learning_rate": 0.004})
        host.send_signal(signal.SIGTERM)
        host.communicate(timeout=60)
        self.assertEqual(host.returncode, 75)
        self.assertEqual(self.sql(self.RUNNING), [])
        loaded = self.load()
        self.assertIn(TrialState.RUNNING, [trial.state for trial in loaded.trials])
        self.check_same(loaded)
        self.pegbox.run("run", "study.yaml")
        loaded = self.load()
        self.assertEqual({trial.state for trial in loaded.trials}, {TrialState.COMPLETE})
        self.assertEqual([trial.params["learning_rate"] for trial in loaded.trials].count(0.004), 1)
        self.check_same(loaded)

    # --- The queue and the dashboard ---

    def test_queue(self):
        """Optuna takes a point from pegbox's queue."""
        self.write_study(trials=2)
        self.pegbox.run("run", "study.yaml")
        point = {"learning_rate": 0.02, "optimizer": "sgd", "dropout": 0.3, "bias": True, "units": 24, "factor": 2.0}
        settings = [word for name, value in point.items() for word in ("--set", f"{name}={str(value).lower()}")]
        queued = self.pegbox.json("enqueue", "study.yaml", *settings)
        [waiting] = self.load().get_trials(states=[TrialState.WAITING])
        self.assertEqual(waiting.number, queued["trial"])
        self.assertEqual(typed(waiting.system_attrs["fixed_params"]), typed(queued["params"]))
        self.assertEqual(typed(queued["params"]), typed(queued["params"] | point))
        self.check_same(self.load())
        loaded = self.load(sampler=optuna.samplers.RandomSampler(seed=1))
        loaded.optimize(study.objective, n_trials=1)
        taken = loaded.trials[2]
        self.assertEqual(taken.state, TrialState.COMPLETE)
        self.assertEqual(typed(taken.params | {"kind": "plain", "weight_decay": 1e-4}), typed(queued["params"]))
        self.pegbox.run("run", "study.yaml", "--trials", 4, "--allow-change")
        self.assertEqual(len(self.load().trials), 4)
        self.check_same(self.load())

    def test_unfit(self):
        """What Optuna queues and does not fit the space is named, and the rest is tried."""
        created = self.create()
        created.enqueue_trial({"learning_rate": 100.0, "layers": 3})
        created.enqueue_trial({"optimizer": "adam", "momentum": 0.5})
        created.enqueue_trial({"depth": 3, "kind": "bent", "bias": "yes", "factor": 2})
        self.write_study(trials=4, window=1, pruner="none")
        _, said = self.pegbox.run("run", "study.yaml")
        for number, name in ((0, "learning_rate"), (1, "momentum"), (2, "depth"), (2, "kind"), (2, "bias")):
            self.assertIn(f"'{name}' of trial {number} in the queue is not used: ", said)
        self.assertEqual(said.count("is not used"), 5)
        loaded = self.load()
        self.assertEqual([trial.state for trial in loaded.trials], 4 * [TrialState.COMPLETE])
        defaults = loaded.trials[3].params
        for trial, point in zip(loaded.trials, ({"layers": 3}, {"optimizer": "adam"}, {"factor": 2.0})):
            self.assertEqual(typed(trial.params), typed(defaults | point))
        self.check_same(loaded)

    def test_dashboard(self):
        """optuna-dashboard serves a study, and follows it while pegbox goes on."""
        self.write_study(trials=10)
        self.pegbox.run("run", "study.yaml")
        site = dashboard.Dashboard(PACKAGES, self.folder)
        self.addCleanup(site.stop)
        self.assertIn('src="/static/bundle.js"', site.text("/dashboard"))
        self.assertGreater(len(site.text("/static/bundle.js")), 1_000_000)
        [summary] = site.json("/api/studies")["study_summaries"]
        self.assertEqual((summary["study_name"], summary["directions"]), (study.NAME, ["maximize"]))
        page = f"/api/studies/{summary['study_id']}"
        self.check_served(site.json(page), 10)
        [importances] = site.json(f"{page}/param_importances")["param_importances"]
        self.assertTrue(importances)
        for plot in ("slice", "parallel_coordinate", "edf", "timeline"):
            self.assertTrue(site.json(f"{page}/plot/{plot}")["data"], plot)
        self.assertEqual(len(site.text(f"/csv/{summary['study_id']}").splitlines()), 1 + 10)
        self.pegbox.run("run", "study.yaml", "--trials", 12, "--allow-change")
        # It asks the database again after some seconds.
        deadline = time.monotonic() + 30
        while len((served := site.json(page))["trials"]) < 12 and time.monotonic() < deadline:
            time.sleep(0.5)
        self.check_served(served, 12)

    def check_served(self, served, count):
        trials = self.load().trials
        self.assertEqual([trial["number"] for trial in served["trials"]], list(range(count)))
        self.assertEqual([trial["number"] for trial in served["best_trials"]], [self.load().best_trial.number])
        self.assertTrue(served["has_intermediate_values"])
        for shown, trial in zip(served["trials"], trials):
            self.assertEqual(shown["state"], trial.state.name.capitalize())
            self.assertEqual(shown["values"], trial.values)
            self.assertEqual({param["name"]: param["param_external_value"] for param in shown["params"]},
                             {name: str(value) for name, value in trial.params.items()})
            self.assertEqual({report["step"]: report["value"] for report in shown["intermediate_values"]},
                             trial.intermediate_values)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    for option in ("--pegbox", "--plugins", "--scratch"):
        parser.add_argument(option, type=pathlib.Path, required=True)
    return parser.parse_args()


ARGUMENTS = parse()
unittest.main(argv=[sys.argv[0], f"OptunaTest.test_{ARGUMENTS.name}"])
