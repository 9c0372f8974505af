"""A strategy of pegbox on a space, through `pegbox ask-tell`."""
import json
import math
import subprocess
import tempfile
from pathlib import Path


class AskTell:
    """A context that runs the program. `strategy` is a name, or a map with `name` and settings."""

    def __init__(self, pegbox, strategy, space, direction, trials, seed, epochs=1):
        self.command = [pegbox, "ask-tell"]
        self.study = {"strategy": strategy, "space": space, "objective": {"metric": "value", "direction": direction},
                      "trials": trials, "seed": seed, "epochs": epochs}

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "study.json"
        file.write_text(json.dumps(self.study), encoding="utf-8")
        self.said = Path(self.folder.name) / "said"
        with self.said.open("w", encoding="utf-8") as said:
            self.process = subprocess.Popen([*self.command, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=said, text=True)
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.folder.cleanup()

    def ask(self):
        """The move: `trial`, its `params` and `until`, and `resume` where it goes on; {"done": true} at the end."""
        return self.say({"op": "ask"})

    def report(self, trial, step, value):
        """Whether to go on."""
        return self.say({"op": "report", "trial": trial, "step": step, "value": value})["keep"]

    def tell(self, trial, value):
        """NaN: the trial failed."""
        result = {"state": "failed"} if math.isnan(value) else {"value": value}
        self.say({"op": "tell", "trial": trial, **result})

    def say(self, line):
        print(json.dumps(line), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer or "error" in json.loads(answer):
            raise RuntimeError(answer or self.said.read_text(encoding="utf-8"))
        return json.loads(answer)
