"""What was measured, kept as lines of JSON so that a measurement that was cut off goes on."""
import json


class Records:
    """The runs of one method, in a file of its own."""

    def __init__(self, folder, method):
        self.file = folder / f"{method}.jsonl"
        self.runs = {}
        if self.file.exists():
            self.load()

    def load(self):
        whole, _, cut_off = self.file.read_text(encoding="utf-8").rpartition("\n")
        if cut_off:
            self.file.write_text(f"{whole}\n" if whole else "", encoding="utf-8")
        for line in whole.splitlines():
            self.keep(json.loads(line))

    def keep(self, run):
        self.runs[run["function"], run["dimension"], run["seed"], run["evaluations"]] = run

    def add(self, run):
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")
        self.keep(run)

    def __contains__(self, key):
        return key in self.runs

    def gap(self, function, dimension, seed, budget):
        """After that many evaluations, or None. Of the run that was made for this budget, else of a longer one."""
        for evaluations in sorted(key[3] for key in self.runs if key[:3] == (function, dimension, seed)):
            if evaluations >= budget:
                return self.runs[function, dimension, seed, evaluations]["gaps"][str(budget)]
        return None
