"""pegbox as a searcher of a box, through `pegbox ask-tell`."""
import json
import pathlib
import subprocess
import tempfile


class Pegbox:
    """A context that runs the program on a study of its own."""

    def __init__(self, build, strategy, box, seed, evaluations):
        self.names = [f"x{index}" for index in range(len(box))]
        self.study = {"strategy": strategy, "objective": {"metric": "value", "direction": "minimize"},
                      "space": {name: {"type": "real", "low": low, "high": high}
                                for name, (low, high) in zip(self.names, box)},
                      "trials": evaluations, "seed": seed}
        self.command = [str(pathlib.Path(build) / "bin" / "pegbox"), "ask-tell"]

    def __enter__(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
            json.dump(self.study, file)
        self.file = pathlib.Path(file.name)
        self.process = subprocess.Popen([*self.command, file.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        self.process.communicate()
        self.file.unlink()

    def ask(self):
        self.move = self.say({"op": "ask"})
        return [self.move["params"][name] for name in self.names]

    def tell(self, value):
        self.say({"op": "tell", "trial": self.move["trial"], "value": value})

    def say(self, line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or "{}")
        if not answer or "error" in answer:
            raise RuntimeError(f"pegbox ask-tell: {answer.get('error') or self.process.stderr.read()}")
        return answer
