"""What stands in a study's database, read without pegbox."""
import collections
import contextlib
import shutil
import sqlite3

ENDED = {"complete": "COMPLETE", "pruned": "PRUNED", "failed": "FAIL"}

# All of a study but times, and the numbers that rows got.
CONTENTS = {
    "trials": "SELECT number, state FROM trials ORDER BY number",
    "params": "SELECT number, param_name, param_value, distribution_json FROM trials "
              "JOIN trial_params USING (trial_id) ORDER BY number, param_name",
    "values": "SELECT number, objective, value, value_type FROM trials JOIN trial_values USING (trial_id) "
              "ORDER BY number, objective",
    "intermediate values": "SELECT number, step, intermediate_value, intermediate_value_type FROM trials "
                           "JOIN trial_intermediate_values USING (trial_id) ORDER BY number, step",
    "pegbox_trials": "SELECT number, seed, from_number, until, detail, error, params FROM trials "
                     "JOIN pegbox_trials USING (trial_id) ORDER BY number",
    "pegbox_moves": "SELECT move, number, until, told, origin, m.state, epochs, error FROM trials "
                    "JOIN pegbox_moves m USING (trial_id) ORDER BY move",
    "pegbox_reports": "SELECT number, epoch, metrics FROM trials JOIN pegbox_reports USING (trial_id) "
                      "ORDER BY number, epoch",
}


def copied(storage, folder):
    """A copy of the database with its journal: SQLite mends what it opens, which is pegbox's to do. None where there
    are no tables yet."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in (storage.name, storage.name + "-journal"):
        if (storage.parent / name).exists():
            shutil.copyfile(storage.parent / name, folder / name)
    copy = folder / storage.name
    if not copy.exists():
        return None
    with contextlib.closing(sqlite3.connect(copy)) as database:
        tables = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return copy if tables else None


def contents(storage):
    """Everything that must be the same in two runs of a study, by subject."""
    with contextlib.closing(sqlite3.connect(storage)) as database:
        return {subject: database.execute(query).fetchall() for subject, query in CONTENTS.items()}


def states(storage):
    """Each trial's state, by number."""
    with contextlib.closing(sqlite3.connect(storage)) as database:
        return dict(database.execute("SELECT number, state FROM trials"))


def reported(storage, number):
    """The last epoch that a trial reported, or nothing yet."""
    if not storage.exists():
        return None
    query = "SELECT max(epoch) FROM trials JOIN pegbox_reports USING (trial_id) WHERE number = ?"
    with contextlib.closing(sqlite3.connect(storage)) as database:
        try:
            return database.execute(query, (number,)).fetchone()[0]
        except sqlite3.OperationalError:  # no tables yet
            return None


def difference(one, other):
    """The first row that two contents do not share, or nothing."""
    for subject, rows in one.items():
        others = other[subject]
        for row, another in zip(rows, others):
            if row != another:
                return f"{subject}: {row} is {another}"
        if len(rows) != len(others):
            return f"{subject}: {len(rows)} rows are {len(others)}"
    return None


class Invariants:
    """What holds in the database of one study at any moment; `faults` has a sentence for each that does not."""

    def __init__(self, storage):
        self.faults = []
        with contextlib.closing(sqlite3.connect(storage)) as database:
            self.database = database
            self.integrity()
            self.trials = database.execute(
                "SELECT number, state, trial_id, datetime_complete FROM trials ORDER BY number, trial_id").fetchall()
            self.numbers()
            self.values()
            self.moves()
            self.reports()

    def expect(self, holds, fault):
        if not holds:
            self.faults.append(fault)

    def integrity(self):
        found = self.database.execute("PRAGMA integrity_check").fetchall()
        self.expect(found == [("ok",)], f"integrity_check: {found}")

    def numbers(self):
        numbers = [trial[0] for trial in self.trials]
        self.expect(numbers == list(range(len(numbers))), f"trial numbers have gaps or doubles: {numbers}")
        known = {"RUNNING", "WAITING", *ENDED.values()}
        for number, state, _, complete in self.trials:
            self.expect(state in known, f"trial {number} has state {state}")
            self.expect((complete is not None) == (state in ENDED.values()),
                        f"trial {number} is {state}, and its end is {complete}")

    def values(self):
        count = collections.Counter(row[0] for row in self.database.execute("SELECT trial_id FROM trial_values"))
        for number, state, trial, _ in self.trials:
            if state == "COMPLETE":
                self.expect(count[trial] == 1, f"trial {number} is complete and has {count[trial]} values")
            if state in ("FAIL", "WAITING"):
                self.expect(count[trial] == 0, f"trial {number} is {state} and has {count[trial]} values")

    def moves(self):
        rows = self.database.execute("SELECT move, trial_id, state, epochs FROM pegbox_moves ORDER BY move").fetchall()
        moves = [row[0] for row in rows]
        self.expect(moves == list(range(len(moves))), f"moves have gaps or doubles: {moves}")
        of_trial = collections.defaultdict(list)
        for _, trial, state, _ in rows:
            of_trial[trial].append(state)
        for number, state, trial, _ in self.trials:
            self.history(number, state, of_trial[trial])

    def history(self, number, state, ends):
        """`ends` is what each move of the trial came to. None but the last may be anything but a pause."""
        said = f"trial {number} is {state}, its moves ended as {ends}"
        self.expect(all(end == "paused" for end in ends[:-1]), said)
        last = ends[-1] if ends else "nothing"
        possible = {"COMPLETE": ["complete"], "FAIL": ["failed"], "PRUNED": ["pruned", "paused"],
                    "RUNNING": [None, "paused"], "WAITING": ["nothing"]}
        self.expect(last in possible.get(state, []), said)

    def reports(self):
        epochs = collections.defaultdict(list)
        for trial, epoch in self.database.execute("SELECT trial_id, epoch FROM pegbox_reports ORDER BY epoch"):
            epochs[trial].append(epoch)
        reached = dict(self.database.execute("SELECT trial_id, max(epochs) FROM pegbox_moves GROUP BY trial_id"))
        for number, state, trial, _ in self.trials:
            found = epochs[trial]
            self.expect(found == list(range(1, len(found) + 1)), f"reports of trial {number} have gaps: {found}")
            self.expect(len(found) >= (reached.get(trial) or 0),
                        f"trial {number} reached epoch {reached.get(trial)} and has {len(found)} reports")
            if state in ("COMPLETE", "PRUNED"):
                self.expect(len(found) == reached.get(trial),
                            f"trial {number} ended at epoch {reached.get(trial)} and has {len(found)} reports")


def change(storage, *statements):
    with contextlib.closing(sqlite3.connect(storage)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def first_page(storage, table):
    """Where the first page of a table begins in the file."""
    with contextlib.closing(sqlite3.connect(storage)) as database:
        size = database.execute("PRAGMA page_size").fetchone()[0]
        page = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    return (page - 1) * size
