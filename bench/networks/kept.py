"""What was measured, kept as lines of JSON so that a measurement that was cut off goes on."""
import json


class Kept:
    """Answers by their keys, lists of texts and numbers."""

    def __init__(self, file):
        self.file = file
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        self.answers = {tuple(key): answer for key, answer in (json.loads(line) for line in lines if line[-1] == "\n")}
        self.file.write_text("".join(line for line in lines if line[-1] == "\n"), encoding="utf-8")

    def of(self, key, measure):
        """The answer, measured where it is not there yet."""
        if key not in self.answers:
            self.answers[key] = measure()
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps([key, self.answers[key]]) + "\n")
        return self.answers[key]
