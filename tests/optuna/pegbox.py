"""The binary under test."""
import json
import os
import subprocess


class Pegbox:
    """Runs the binary in a folder, without the user's settings."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder

    def start(self, *words, stdin=None):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PEGBOX_")}
        return subprocess.Popen([self.binary, *map(str, words)], cwd=self.folder, env=environment, text=True,
                                stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words, code=0):
        """What it printed, as (stdout, stderr). Fails where it ends with another exit code."""
        process = self.start(*words)
        printed, said = process.communicate(timeout=120)
        if process.returncode != code:
            line = " ".join(map(str, words))
            raise AssertionError(f"pegbox {line}: exit code {process.returncode}, not {code}\n{said}")
        return printed, said

    def json(self, *words):
        return json.loads(self.run(*words, "--format", "json")[0])

    def trials(self):
        """All trials of the study in study.db, each as `pegbox show` has it."""
        return [self.json("show", trial["trial"], "--storage", "study.db")
                for trial in self.json("trials", "--storage", "study.db")]
