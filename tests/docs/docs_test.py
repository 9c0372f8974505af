#!/usr/bin/env python3
"""Checks that README.md, docs/ and the examples' READMEs tell the truth: docs_test.py NAME --source DIR --build DIR

links     files that links lead to are there
quotes    C++ and CMake blocks stand in a file of the repository, word for word; README.md, docs/ask-tell.md and
          docs/library.md have whole examples, and docs/model-author.md a step from each model's
studies   YAML blocks that are whole studies (they name a model), and the studies in examples/, are valid
keys      every key of the study file, every option of the command line and every hyperparameter of the trainer is
          explained, the latter with range and default
reference the tables of docs/study-file.md are those that tests/docs/reference.py writes
schema    of each key of the study file: what its JSON Schema refuses the host refuses too, and some of all values that
          are tried
models    docs/models.md has each setting and hyperparameter of the bundled models, with range and default
json      what is said of JSON output has the shape of what comes (docs/json.md says how that is written)
messages  each part of the messages in docs/troubleshooting.md stands in a text of the source
commands  every line of the `sh` blocks of README.md and docs/ works, a page at a time
dev_run   `./dev run` tunes the digits to an accuracy of 0.97 or more

Commands run in a scratch folder that looks like a checkout: links to all that the checkout has, a copy of examples/,
build/release (the build under test) and train.csv (a small table with a column `label`). HOME is a folder in it,
`pegbox` is on PATH, and PEGBOX_TRIALS and PEGBOX_EPOCHS shorten the studies. Not run there: lines that begin with
`./dev` (each installs, builds or tests all; only its verb is checked) and with `ctest` (it would run inside itself).
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import json_schema
import markdown
import reference as reference_tables

NOT_RUN = ("./dev ", "ctest ")


class Test:
    def __init__(self, arguments):
        self.source = arguments.source
        self.build = arguments.build
        self.scratch = self.build / "tests/docs" / arguments.name
        self.pages = [self.source / "README.md", *sorted((self.source / "docs").glob("*.md"))]
        self.all_pages = self.pages + sorted((self.source / "examples").glob("*/README.md"))
        self.faults = []
        self.checked = 0

    def check(self, holds, place, what):
        self.checked += 1
        if not holds:
            self.faults.append(f"{place}: {what}")

    def place(self, page, block):
        return f"{page.relative_to(self.source)}:{block.line}"

    def checkout(self, name):
        """A fresh folder that looks like a checkout with a build, and the environment to run commands in it."""
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "home").mkdir(parents=True)
        (folder / "build").mkdir()
        (folder / "build/release").symlink_to(self.build)
        for entry in self.source.iterdir():
            if entry.name not in ("build", "examples") and not entry.name.startswith("."):
                (folder / entry.name).symlink_to(entry)
        shutil.copytree(self.source / "examples", folder / "examples", ignore=shutil.ignore_patterns("build"))
        rows = (f"{i % 7},{i % 5},{'high' if i % 7 > 3 else 'low'}\n" for i in range(60))
        (folder / "train.csv").write_text("a,b,label\n" + "".join(rows))
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PEGBOX_")}
        environment |= {"HOME": str(folder / "home"), "PATH": f"{self.build}/bin:{os.environ['PATH']}",
                        "PEGBOX_TRIALS": "3", "PEGBOX_EPOCHS": "2"}
        return folder, environment

    def pegbox(self, *words, folder=None):
        return subprocess.run([self.build / "bin/pegbox", *words], cwd=folder, capture_output=True, text=True,
                              check=False)


def links(test):
    for page in test.all_pages:
        for target in re.findall(r"\]\(([^)]+)\)", markdown.prose(page)):
            file = target.split("#")[0]
            if file and not re.match(r"[a-z]+:", target):
                test.check((page.parent / file).exists(), page.relative_to(test.source), f"no file {target}")


def quotes(test):
    folders = ("core", "plugins", "models", "examples", "tests")
    files = [file for folder in folders for file in sorted((test.source / folder).rglob("*"))
             if file.suffix in (".cpp", ".hpp") or file.name == "CMakeLists.txt"]
    texts = ["\n" + file.read_text(encoding="utf-8") for file in files]
    for page in test.all_pages:
        for block in markdown.blocks(page):
            if block.language in ("cpp", "cmake"):
                found = any("\n" + block.text in text for text in texts)
                test.check(found, test.place(page, block), "this text stands in no file of the repository")
    shown = [block.text for block in markdown.blocks(test.source / "README.md")]
    for example in ("own_strategy/climb.cpp", "own_model/sine.cpp"):
        text = (test.source / "examples" / example).read_text(encoding="utf-8")
        test.check(text in shown, "README.md", f"examples/{example} is not shown as it is")
    shown = [block.text for block in markdown.blocks(test.source / "docs/ask-tell.md")]
    for file in sorted((test.source / "examples/ask_tell").iterdir()):
        if file.suffix in (".py", ".sh", ".yaml"):
            test.check(file.read_text(encoding="utf-8") in shown, "docs/ask-tell.md",
                       f"examples/ask_tell/{file.name} is not shown as it is")
    shown = [block.text for block in markdown.blocks(test.source / "docs/library.md")]
    text = (test.source / "examples/own_program/main.cpp").read_text(encoding="utf-8")
    test.check(text in shown, "docs/library.md", "examples/own_program/main.cpp is not shown as it is")
    page = test.source / "docs/model-author.md"
    steps = [block.text for block in markdown.blocks(page) if block.language == "cpp"]
    for cmake in sorted((test.source / "examples").glob("*/CMakeLists.txt")):
        if "pegbox_add_model" not in cmake.read_text(encoding="utf-8"):
            continue
        texts = ["\n" + file.read_text(encoding="utf-8") for file in cmake.parent.glob("*.cpp")]
        test.check(any("\n" + step in text for step in steps for text in texts), "docs/model-author.md",
                   f"no step is from examples/{cmake.parent.name}")


def studies(test):
    folder, _ = test.checkout("studies")
    files = [(file, file) for file in sorted((test.source / "examples").glob("*.yaml"))]
    for page in test.pages:
        for block in markdown.blocks(page):
            if block.language == "yaml" and re.search(r"^model:", block.text, re.MULTILINE):
                file = folder / f"{page.stem}_{block.line}.yaml"
                file.write_text(block.text)
                files.append((file, test.place(page, block)))
    for file, place in files:
        done = test.pegbox("validate", file, folder=folder)
        test.check(done.returncode == 0, place, done.stderr)


def keys(test):
    """Asks the host for its keys by a wrong one."""
    page = (test.source / "docs/study-file.md").read_text(encoding="utf-8")
    for owner in ("", "run.", "data.", "objective.", "space.layers."):
        done = test.pegbox("validate", "--model", "mlp", "--data", "digits", "--set", f"{owner}zzzzzzzzz=1")
        known = done.stderr.partition("known are ")[2].strip()
        test.check(done.returncode == 2 and known, f"--set {owner}zzzzzzzzz", done.stderr)
        for key in known.split(", "):
            test.check(f"`{key}`" in page, "docs/study-file.md", f"key '{owner}{key}' is not explained")
    page = (test.source / "docs/command-line.md").read_text(encoding="utf-8")
    for verb in re.findall(r"^  ([\w-]+)  ", test.pegbox("help").stdout, re.MULTILINE):
        test.check(f"pegbox {verb}" in page, "docs/command-line.md", f"verb '{verb}' is not explained")
        for option in re.findall(r"^  (--[a-z-]+)", test.pegbox("help", verb).stdout, re.MULTILINE):
            test.check(f"`{option}`" in page or f"`{option} " in page, "docs/command-line.md",
                       f"option '{option}' is not explained")
    hyperparameters(test)


def reference(test):
    page = test.source / "docs/study-file.md"
    text = page.read_text(encoding="utf-8")
    sections = json.loads(test.pegbox("help", "study-file", "--format", "json").stdout)
    named = re.findall(r"^<!-- generated: ([\w-]+) -->$", text, re.MULTILINE)
    test.check(sorted(named) == sorted(section["name"] for section in sections), page.name, f"has tables of {named}")
    test.check(text == reference_tables.written(text, sections), page.name,
               "its tables are not those of the host: run './dev docs'")


# Values of all types, each good for some keys.
TRIED = (-1, 0, 0.5, 1, 3, 1e10, True, "", "auto", "10m", "2GB", "cuda:7", "mean", "minimize",
         "arrival", "regression", "coarse", "int", {"jobs": 2}, [], ["a", "b"], [1, 2],
         [0.5], [{"a": 1}], {"zz": 1}, {"zz": [1]})


def around(section, key, value):
    """A study that has the key in a map of the section, and is otherwise right."""
    path = section["paths"][0].split(".") if section["paths"][0] else []
    owner = {"plug-in": {"name": "no_such_plugin"}, "objective": {"metric": "loss"}}.get(section["name"], {})
    if key["beside"]:
        owner = {"csv": {"csv": "a.csv", "target": "y"}, "npy": {"npy": ["x", "y"]}}.get(
            key["beside"][0], {key["beside"][0]: "a"})
    inner = {**owner, key["name"]: value}
    for name in reversed(path):
        inner = {"x" if name == "NAME" else name: inner}
    return {"model": "no_such_model", **inner}


def schema(test):
    """Of the space, which is read when the model is there, only the schema is asked."""
    folder, _ = test.checkout("schema")
    told = json.loads(test.pegbox("help", "study-file", "--format", "json-schema").stdout)
    for section in json.loads(test.pegbox("help", "study-file", "--format", "json").stdout):
        for key in section["keys"]:
            answers = set()
            for value in TRIED:
                study = around(section, key, value)
                fits = json_schema.fits(study, told)
                answers.add(fits)
                if fits or "space" in study:
                    continue
                (folder / "tried.yaml").write_text(json.dumps(study))
                done = test.pegbox("validate", "tried.yaml", folder=folder)
                test.check(done.returncode == 2, "study.schema.json", f"refuses {study}, which the host reads")
            test.check(False in answers, key["name"], "the schema takes whatever was tried")
            test.check(True in answers, key["name"], "the schema takes nothing that was tried")
    built = test.build / "share/pegbox/study.schema.json"
    test.check(json.loads(built.read_text()) == told, built.name, "is not what the host prints")


def plain(number):
    """`1e-04` as 0.0001, and what is no number as it is."""
    try:
        return f"{float(number):g}"
    except ValueError:
        return number


def as_in_pages(domain):
    """`real 1e-04..0.1 log` as `0.0001 to 0.1, log`, `one of a, b` as `a, b`."""
    text = re.sub(r"^(one of|integer|real) ", "", domain).replace("true or false", "false, true")
    text = re.sub(r"^(\S+)\.\.(\S+)", lambda ends: f"{plain(ends[1])} to {plain(ends[2])}", text)
    return text.replace(" log", ", log")


def hyperparameters(test):
    """Asks the host for the range and default of each hyperparameter that the trainer's source names."""
    page = (test.source / "docs/study-file.md").read_text(encoding="utf-8")
    source = (test.source / "core/src/trainer/hyperparameters.cpp").read_text(encoding="utf-8")
    for name in re.findall(r'\{"(\w+)", (?:Real|Integer|Choice|Boolean)\{', source):
        done = test.pegbox("validate", "--model", "mlp", "--data", "digits", "--set", f"space.{name}={{}}")
        shown = re.search(rf"^ *{name}  +(.*?)  +default (.*?)(?:  .*)?$", done.stdout, re.MULTILINE)
        test.check(shown, name, done.stdout + done.stderr)
        if shown:
            row = f"| `{name}` | {as_in_pages(shown[1])} | {plain(shown[2])} |"
            test.check(row in page, "docs/study-file.md", f"hyperparameter '{name}' has no row {row}")


def spread(entry):
    """The range of a hyperparameter or setting, as pages write it."""
    if entry["type"] == "boolean":
        return "false, true"
    if entry["type"] == "choice":
        return ", ".join(str(choice) for choice in entry["choices"])
    return f"{entry['low']:g} to {entry['high']:g}{', log' if entry['log'] else ''}"


def shown_default(value):
    return str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else f"{value:g}"


def setting_rows(info):
    """Settings are told as a text: `one of a, b` or `integer 1..4`."""
    for setting in info["settings"]:
        text = re.sub(r"^(one of|integer|real) ", "", setting["type"]).replace("..", " to ")
        yield setting["name"], text, shown_default(setting["default"])


def models(test):
    page = test.source / "docs/models.md"
    sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    told = {section.partition("\n")[0]: section for section in sections[1:]}
    for file in sorted((test.source / "models").glob("*.cpp")):
        done = test.pegbox("plugins", "info", file.stem, "--format", "json")
        test.check(done.returncode == 0 and file.stem in told, page.name, f"{file.stem} has no section: {done.stderr}")
        if done.returncode != 0 or file.stem not in told:
            continue
        info = json.loads(done.stdout)
        rows = [*setting_rows(info), *((name, spread(entry), shown_default(entry["default"]))
                                       for name, entry in info["space"].items())]
        for name, values, default in rows:
            test.check(f"\n| `{name}` | {values} | {default} |" in told[file.stem], page.name,
                       f"{file.stem} has no row '| `{name}` | {values} | {default} |'")
        names = set(re.findall(r"^\| `(\w+)` \|", told[file.stem], re.MULTILINE))
        test.check(names == {row[0] for row in rows}, page.name,
                   f"{file.stem} has {sorted(names)}, not {[row[0] for row in rows]}")


def misshapen(said, came, path="it"):
    """How a value differs from the one that the page shows, or nothing: names of keys, and types of values. Of lists
    the first elements are compared; a null stands for anything; the key `...` for more keys."""
    if said is None or came is None:
        return None
    if isinstance(said, dict) and isinstance(came, dict):
        missing, extra = said.keys() - came.keys() - {"..."}, came.keys() - said.keys()
        if missing or (extra and "..." not in said):
            return f"{path} has other keys: not {sorted(missing)}, but {sorted(extra)}"
        faults = (misshapen(said[key], came[key], f"{path}.{key}") for key in said if key != "...")
        return next((fault for fault in faults if fault), None)
    if isinstance(said, list) and isinstance(came, list):
        return misshapen(said[0], came[0], f"{path}[0]") if said and came else None
    numbers = (int, float)
    same = type(said) is type(came) or (type(said) in numbers and type(came) in numbers)
    return None if same else f"{path} is {came!r}, where the page has {said!r}"


def json_shapes(test):
    page = test.source / "docs/json.md"
    folder, environment = test.checkout("json")
    blocks = markdown.blocks(page)
    for block, shown in zip(blocks, blocks[1:]):
        if shown.language != "json":
            continue
        place = test.place(page, shown)
        test.check(block.language == "sh" and block.text.count("\n") == 1, place, "no command of one line before it")
        done = subprocess.run(["bash", "-c", block.text], cwd=folder, env=environment, capture_output=True, text=True,
                              check=False)
        test.check(done.returncode == 0, place, done.stderr)
        if done.returncode == 0:
            fault = misshapen(json.loads(shown.text), json.loads(done.stdout))
            test.check(fault is None, place, fault)


def texts(file):
    """What a file of C++ or CMake has in quotes; texts that follow each other, or are added, as one."""
    source = re.sub(r"^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    source = source.replace("'\"'", "")
    source = re.sub(r"(?<!\\)\"\s*\+?\s*\"", "", source)
    literals = re.findall(r'"((?:[^"\\\n]|\\.)*)"', source)
    return [literal.replace('\\"', '"').replace("\\'", "'") for literal in literals]


def messages(test):
    page = test.source / "docs/troubleshooting.md"
    files = [file for folder in ("core/src", "plugins", "models", "cmake")
             for file in sorted((test.source / folder).rglob("*")) if file.suffix in (".cpp", ".hpp", ".cmake")]
    known = [text for file in files for text in texts(file)]
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        for message in re.findall(r"\*\*`(.+?)`\*\*", line):
            parts = [part for part in message.split("…") if part]
            for part in parts:
                test.check(any(part in text for text in known), f"{page.name}:{number}", f"no source says '{part}'")
            test.check(len("".join(parts)) >= 5, f"{page.name}:{number}", f"'{message}' could be any message")


def commands(test):
    verbs = subprocess.run([test.source / "dev", "help"], capture_output=True, text=True, check=True).stdout
    for page in test.pages:
        for line in markdown.commands(page).splitlines():
            if line.startswith("./dev "):
                verb = line.split()[1]
                test.check(re.search(rf"^  {verb} ", verbs, re.MULTILINE), page.name, f"./dev has no verb '{verb}'")
        folder, environment = test.checkout(page.stem)
        done = subprocess.run(["bash", "-exo", "pipefail", "-c", markdown.commands(page, NOT_RUN)], cwd=folder,
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        print(f"== {page.name}\n{done.stdout}")
        test.check(done.returncode == 0, page.name, f"a command failed with exit code {done.returncode}; see above")


def dev_run(test):
    lines = markdown.commands(test.source / "README.md").splitlines()
    test.check("./dev run" in lines, "README.md", "names no ./dev run")
    done = subprocess.run(["./dev", "run"], cwd=test.source, stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout)
    best = re.match(r"best trial \d+ of 40: accuracy ([0-9.]+)\n", done.stdout)
    test.check(done.returncode == 0 and best, "./dev run", "it did not end with the best of 40 trials")
    test.check(best and float(best.group(1)) >= 0.97, "./dev run", "it found nothing of accuracy 0.97")


def main():
    tests = {"links": links, "quotes": quotes, "studies": studies, "keys": keys, "reference": reference, "schema": schema, "models": models,
             "json": json_shapes, "messages": messages, "commands": commands, "dev_run": dev_run}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=tests)
    for option in ("--source", "--build"):
        parser.add_argument(option, type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    test = Test(arguments)
    tests[arguments.name](test)
    for fault in test.faults:
        print(fault)
    print(f"{test.checked} checked, {len(test.faults)} wrong")
    sys.exit(1 if test.faults or not test.checked else 0)


main()
