#!/usr/bin/env python3
"""Installs a build and uses it from outside: examples_test.py NAME --source DIR --build DIR --cmake FILE

install         installs to BUILD/tests/installed/pegbox, which the others use
own_strategy    the commands of examples/own_strategy/README.md, and what comes of them
own_model       the same of examples/own_model
own_module      … of examples/own_module
own_loop        … of examples/own_loop
two_inputs      … of examples/two_inputs
forecast        … of examples/forecast
two_networks    … of examples/two_networks
own_program     … of examples/own_program, without LibTorch: it finds what boosts best, stops trials early and goes on
deploy          the same of examples/deploy: it knows each row that the description says the network knows
ask_tell        … of examples/ask_tell, and what its clients find
new_strategy    `pegbox new strategy` makes a project, and the commands of its README work
new_pruner      the same of a pruner, with the pegbox of the build tree
new_model       the same of a model
no_libtorch     without LibTorch a strategy can be configured, and a model says what it needs
other_libtorch  another LibTorch than pegbox's is warned of
moved           an installation that was moved works
packages        the tarball and the Debian package of cpack work without the build's places, LibTorch found or missed
"""
import argparse
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "docs"))
import markdown  # noqa: E402


class Test:
    def __init__(self, arguments):
        self.source = arguments.source
        self.build = arguments.build
        self.cmake = arguments.cmake
        self.home = self.build / "tests/installed"
        self.prefix = self.home / "pegbox"
        self.scratch = self.build / "tests/examples" / arguments.name
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("PEGBOX_") and name not in ("CMAKE_PREFIX_PATH", "LIBTORCH")}
        self.environment["HOME"] = str(self.home)
        self.environment.pop("XDG_CACHE_HOME", None)
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)

    def run(self, *command, folder=None, fails=False):
        """The command's two outputs as one text, and its standard output."""
        print("+", *command, flush=True)
        done = subprocess.run([str(word) for word in command], cwd=folder or self.scratch, env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        print(done.stdout + done.stderr, flush=True)
        expect(fails == (done.returncode != 0), f"exit code {done.returncode}")
        return " ".join((done.stderr + done.stdout).split()), done.stdout

    def copied(self, example):
        return pathlib.Path(shutil.copytree(self.source / "examples" / example, self.scratch / example,
                                            ignore=shutil.ignore_patterns("build")))

    def configure(self, example, *options, prefix=None, fails=False):
        folder = self.copied(example)
        text, _ = self.run(self.cmake, "-S", folder, "-B", folder / "build",
                           f"-DCMAKE_PREFIX_PATH={prefix or self.prefix}", *options, fails=fails)
        return folder, text

    def follow_readme(self, example, **environment):
        """Does what the example's README says, in a copy of the folder."""
        folder = self.copied(example)
        script = markdown.commands(folder / "README.md")
        expect(script.count("\n") >= 3, "its README has the commands")
        environment = {"PEGBOX_TRIALS": "3", "PEGBOX_EPOCHS": "2"} | environment
        self.run("env", *(f"{name}={value}" for name, value in environment.items()), "bash", "-exc", script,
                 folder=folder)
        return folder

    def new(self, kind, name, prefix):
        """Makes a project and does what its README says; the folder, and how many tests passed there."""
        self.run(prefix / "bin/pegbox", "new", kind, name)
        folder = self.scratch / name
        script = markdown.commands(folder / "README.md")
        expect(script.count("\n") >= 6, "its README has the commands")
        text, _ = self.run("env", "PEGBOX_EPOCHS=2", "bash", "-exc", script, folder=folder)
        passed = re.findall(r"100% tests passed, 0 tests failed out of (\d+)", text)
        expect(len(passed) == 2 and passed[0] == passed[1], "its tests pass, twice")
        if formatter := shutil.which("clang-format-14"):
            self.run(formatter, "--dry-run", "-Werror", *sorted(folder.glob("*.cpp")), folder=folder)
        return folder, int(passed[0])

    def libtorch(self):
        """The folder with include/ and lib/ that the build has used."""
        cache = (self.build / "CMakeCache.txt").read_text(encoding="utf-8")
        return pathlib.Path(re.search(r"^LibTorch_INCLUDE_DIR:PATH=(.+)$", cache, re.MULTILINE)[1]).parent

    def study(self, folder, *options):
        _, output = self.run(self.prefix / "bin/pegbox", "run", "study.yaml", "--quiet", "--format", "json", *options,
                             folder=folder)
        return json.loads(output)


def expect(holds, what):
    if not holds:
        sys.exit(f"failed: {what}")


def without_seconds(result):
    return [{key: value for key, value in trial.items() if key != "seconds"} for trial in result["trials"]]


def install(test):
    shutil.rmtree(test.prefix, ignore_errors=True)
    test.run(test.cmake, "--install", test.build, "--prefix", test.prefix)
    for file in ("bin/pegbox", "lib/libpegbox.so", "lib/libpegbox_sdk.a", "lib/libpegbox_model_sdk.a",
                 "lib/pegbox/libpegbox_trainer.so", "share/pegbox/data/digits.csv", "share/pegbox/study.schema.json",
                 "share/doc/pegbox/LICENSE"):
        expect((test.prefix / file).is_file(), f"{file} is installed")
    headers = {file.name for file in (test.source / "core/include/pegbox").iterdir()}
    expect({file.name for file in (test.prefix / "include/pegbox").iterdir()} == headers, "every header is installed")
    names = exported(test.prefix / "lib/libpegbox.so")
    expect(names and all(re.match(r"_ZNK?6pegbox\d+(Tuner|TunedStudy)", name) for name in names),
           f"the library shows its classes alone: {sorted(names)}")


def short_steps(result):
    """Of all trials, the part that has nearly the learning rate of the best one before it."""
    best, near = result["trials"][0], 0
    for trial in result["trials"][1:]:
        near += abs(math.log(trial["params"]["learning_rate"] / best["params"]["learning_rate"])) < 0.3
        best = max(best, trial, key=lambda one: one["values"]["accuracy"])
    return near / (len(result["trials"]) - 1)


def own_strategy(test):
    folder = test.follow_readme("own_strategy")
    text, _ = test.run(test.prefix / "bin/pegbox", "plugins", "info", "./build/climb.so", folder=folder)
    expect(text.startswith("strategy climb:"), "the host knows the strategy")
    one, two = (test.study(folder, "--jobs", jobs, "--window", "2") for jobs in ("1", "2"))
    expect(one["study"]["strategy"] == {"name": "climb", "settings": {"step": 0.15}, "choice": None},
           "the strategy and its setting")
    expect(len(one["trials"]) == 20 and without_seconds(one) == without_seconds(two), "the same on any number of jobs")
    values = [trial["values"]["accuracy"] for trial in one["trials"]]
    expect(one["best"]["values"]["accuracy"] == max(values) > 0.9, f"the best value is sane: {max(values)}")
    careful = test.study(folder, "--window", "1", "--epochs", "2", "--set", "strategy.step=0.01")
    expect(short_steps(careful) > 0.6, "it climbs")
    _, output = test.run(test.prefix / "bin/pegbox", "plugins", "check", "./build/climb.so", "--format", "json",
                         folder=folder)
    checked = json.loads(output)
    expect(checked["passed"] and len(checked["checks"]) > 10, "it keeps the contract of strategies")


def own_model(test):
    folder = test.follow_readme("own_model")
    text, _ = test.run(test.prefix / "bin/pegbox", "plugins", "info", "./build/sine.so", folder=folder)
    expect(text.startswith("model sine:") and re.search(r"width +integer 4..64 log", text), "the host knows the model")
    result = test.study(folder)
    values = [trial["values"]["rmse"] for trial in result["trials"]]
    expect(len(values) == 20 and result["best"]["values"]["rmse"] == min(values), "the smallest RMSE is the best")
    expect(min(values) < 0.2, f"the sine is learned: RMSE {min(values)}")


def searched(test, example, name, metric, sign=1):
    """Follows the README, which checks the model too, and tunes it on one and on two workers, with trials that pause.
    The values of the metric, best first; `sign` is -1 where it is maximised."""
    folder = test.follow_readme(example)
    text, _ = test.run(test.prefix / "bin/pegbox", "plugins", "info", f"./build/{name}.so", folder=folder)
    expect(text.startswith(f"model {name}:"), "the host knows the model")
    one, two = (test.study(folder, "--strategy", "hyperband", "--jobs", jobs, "--window", "4") for jobs in ("1", "2"))
    expect(without_seconds(one) == without_seconds(two), "the same on any number of jobs")
    expect(not any(trial["error"] for trial in one["trials"]), "no trial failed")
    return sorted((trial["values"][metric] for trial in one["trials"]), key=lambda value: sign * value)


def own_module(test):
    best = searched(test, "own_module", "digits_net", "accuracy", sign=-1)[0]
    expect(best > 0.6, f"digits are read: accuracy {best}")


def own_loop(test):
    best = searched(test, "own_loop", "cliff", "reward", sign=-1)[0]
    expect(-100 < best <= -13, f"it walks along the cliff: reward {best}")


def two_inputs(test):
    best = searched(test, "two_inputs", "reading", "loss")[0]
    expect(best < 0.1, f"it reads the curve: loss {best}")


def forecast(test):
    best = searched(test, "forecast", "forecast", "rmse")[0]
    expect(best < 0.8, f"it foresees: RMSE {best}, where the series' deviation is 1")


def two_networks(test):
    best = searched(test, "two_networks", "ring", "distance")[0]
    expect(best < 0.6, f"the ring is imitated: distance {best}")


def own_program(test):
    test.environment["XDG_CACHE_HOME"] = str(test.scratch / "cache")  # no LibTorch is found there
    folder = test.follow_readme("own_program")
    best = r"best trial (\d+) of 40: rmse (\S+)"
    text, output = test.run(folder / "build/own_program", folder=folder)
    states = re.findall(r"^trial \d+ (\w+) after (\d+) trees$", output, re.MULTILINE)
    expect(len(states) == 40, "it has tried 40")
    expect(all((state == "complete") == (trees == "60") for state, trees in states), "what is complete has all its trees")
    expect(5 < sum(state == "pruned" for state, _ in states) < 40, "the pruner stops some")
    number, rmse = re.search(best, text).groups()
    expect(1 < float(rmse) < 2, f"it boosts, where the deviation of the noise is 1: RMSE {rmse}")
    text, _ = test.run(folder / "build/own_program", "boosting.db", folder=folder)
    expect("trial 0" not in text and re.search(best, text).groups() == (number, rmse), "what is done is not run again")
    text, _ = test.run(test.prefix / "bin/pegbox", "best", "--storage", "boosting.db", folder=folder)
    expect(f"best trial {number} of 40" in text, "the host reads what it kept")
    needed = dynamic(folder / "build/own_program", "NEEDED") + dynamic(test.prefix / "lib/libpegbox.so", "NEEDED")
    expect("libpegbox.so" in needed and not any("torch" in name for name in needed), f"no LibTorch in {needed}")


def exported(library):
    """The names that a library shows, as the linker knows them."""
    done = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True)
    return {line.split()[-1] for line in done.stdout.splitlines()}


def known_rows(test, folder, network):
    """How many rows the program classifies right: all that the description says that the network does."""
    digits = test.prefix / "share/pegbox/data/digits.csv"
    _, output = test.run(folder / "build/deploy", f"{network}.pt", f"{network}.json", digits, folder=folder)
    right, rows = map(int, re.fullmatch(r"(\d+) of (\d+) rows are classified right\n", output).groups())
    said = json.loads((folder / f"{network}.json").read_text(encoding="utf-8"))
    share = said["metrics"]["train_accuracy"]
    expect(rows == said["rows"] == 1797 and abs(right - share * rows) < 1.001, f"{right} rows, where {share} is said")
    return right / rows


def deploy(test):
    folder = test.follow_readme("deploy", LIBTORCH=test.libtorch(), PEGBOX_EPOCHS="10")
    share = known_rows(test, folder, "digits")
    expect(share > 0.97, f"it has learned the digits: {share}")
    variants = {"batch": ("space.activation=gelu", "space.dropout=0.2", "space.layers=3", "space.normalize=range"),
                "layer": ("space.activation=tanh", "model.widths=each", "space.width_1=16", "space.width_2=24")}
    for norm, settings in variants.items():
        words = [word for setting in (*settings, f"space.norm={norm}") for word in ("--set", setting)]
        test.run(test.prefix / "bin/pegbox", "run", "--model", "mlp", "--data", "digits", "--trials", "1", "--epochs",
                 "3", "--storage", f"{norm}.db", *words, folder=folder)
        test.run(test.prefix / "bin/pegbox", "train", "--storage", f"{norm}.db", "-o", f"{norm}.pt", folder=folder)
        known_rows(test, folder, norm)
    text, _ = test.run(folder / "build/deploy", "batch.pt", "layer.json", "digits.csv", folder=folder, fails=True)
    expect("layers" in text, "weights of another network are not taken")


def ask_tell(test):
    folder = test.follow_readme("ask_tell")
    for client in (("python3", "client.py"), ("bash", "client.sh")):
        _, output = test.run("env", f"PATH={test.prefix}/bin:{os.environ['PATH']}", *client, folder=folder)
        losses = [float(loss) for loss in re.findall(r"^trial .* loss (\S+)$", output, re.MULTILINE)]
        best = min(loss for loss in losses if loss == loss)
        expect(len(losses) == 30 and best < 0.01, f"{client[1]} finds the valley's end: {best}")


def new_strategy(test):
    folder, passed = test.new("strategy", "my-search", test.prefix)
    expect(passed == 3, "it has its three tests")
    one, two = (test.study(folder, "--jobs", jobs, "--window", "2", "--epochs", "2") for jobs in ("1", "2"))
    expect(without_seconds(one) == without_seconds(two), "the same on any number of jobs")
    anywhere = test.study(folder, "--window", "2", "--epochs", "2", "--set", "strategy.explore=1")
    expect(without_seconds(anywhere) != without_seconds(one), "its setting has an effect")


def new_pruner(test):
    folder, passed = test.new("pruner", "my-rule", test.build)
    expect(passed == 3, "it has its three tests")
    states = {trial["state"] for trial in test.study(folder)["trials"]}
    expect(states == {"complete", "pruned"}, f"some trials are pruned: {states}")


def new_model(test):
    folder, passed = test.new("model", "my-net", test.prefix)
    expect(passed == 2, "it has its two tests")
    best = max(trial["values"]["accuracy"] for trial in test.study(folder)["trials"])
    expect(best > 0.9, f"digits are read: accuracy {best}")


def no_libtorch(test):
    hidden = "-DCMAKE_DISABLE_FIND_PACKAGE_LibTorch=ON"
    test.configure("own_strategy", hidden)
    _, text = test.configure("own_model", hidden, fails=True)
    expect("pegbox_add_model(sine): no LibTorch was found; set LIBTORCH or CMAKE_PREFIX_PATH" in text, "it says why")


def other_libtorch(test):
    other = test.scratch / "libtorch"
    for file in ("include/ATen/ATen.h", "include/torch/headeronly/version.h", "lib/libtorch_cpu.so", "lib/libc10.so",
                 "include/torch/csrc/api/include/torch/version.h"):
        (other / file).parent.mkdir(parents=True, exist_ok=True)
        (other / file).touch()
    lines = (f"#define TORCH_VERSION_{part} {number}\n" for part, number in (("MAJOR", 9), ("MINOR", 8), ("PATCH", 7)))
    (other / "include/torch/headeronly/version.h").write_text("".join(lines))
    folder, text = test.configure("own_model", f"-DLIBTORCH={other}")
    expect("pegbox will refuse this model" in text and "is LibTorch 9.8.7" in text, "it warns")
    shutil.rmtree(folder)
    _, text = test.configure("own_model")
    expect("will refuse" not in text, "it does not warn of the LibTorch that pegbox was built with")


def moved(test):
    test.run(test.cmake, "--install", test.build, "--prefix", test.scratch / "before")
    after = (test.scratch / "before").rename(test.scratch / "after")
    text, output = test.run(after / "bin/pegbox", "plugins", "list")
    plugins = {file.stem for file in (after / "lib/pegbox").iterdir()} - {"libpegbox_trainer"}
    found = {line.split()[1] for line in output.splitlines()}
    expect(found == plugins and "refused" not in text, "it finds its plug-ins")
    _, output = test.run(after / "bin/pegbox", "run", "--model", "mlp", "--data", "digits", "--trials", "1", "--epochs",
                         "1", "--format", "json")
    expect(json.loads(output)["best"]["trial"] == 0, "it trains")
    folder, _ = test.configure("own_strategy", prefix=after)
    test.run(test.cmake, "--build", folder / "build")
    expect((folder / "build/climb.so").is_file(), "it builds a strategy")
    folder, _ = test.configure("own_program", "-DCMAKE_BUILD_TYPE=Release", prefix=after)
    test.run(test.cmake, "--build", folder / "build")
    expect("best trial" in test.run(folder / "build/own_program")[0], "its library finds its plug-ins")


def dynamic(file, tag):
    """The entries of a library's dynamic section, as `NEEDED`."""
    done = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, check=True)
    return re.findall(rf"\({tag}\).*\[(.*)\]", done.stdout)


def train_once(test, prefix, fails=False):
    return test.run(prefix / "bin/pegbox", "run", "--model", "mlp", "--data", "digits", "--trials", "1", "--epochs", "1",
                    fails=fails)[0]


def packaged(test, prefix):
    """What holds of a tree that came out of a package."""
    for file in (prefix / "bin/pegbox", prefix / "lib/libpegbox.so", *(prefix / "lib/pegbox").iterdir()):
        expect(not dynamic(file, "RUNPATH") and not dynamic(file, "RPATH"), f"{file.name} knows no folder")
    text, _ = test.run(prefix / "bin/pegbox", "plugins", "info", "mlp")
    expect("dropout" in text, "what a model says of itself is still in it")
    text = train_once(test, prefix, fails=True)
    expect("'pegbox doctor --fetch' fetches LibTorch" in text, "it says how to get LibTorch")
    test.environment["LIBTORCH"] = str(test.libtorch())
    expect("best trial 0" in train_once(test, prefix), "it trains with the LibTorch that is named")
    del test.environment["LIBTORCH"]
    version = json.loads(test.run(prefix / "bin/pegbox", "version", "--format", "json")[1])["libtorch"]
    cache = test.scratch / "cache/pegbox"
    cache.mkdir(parents=True)
    (cache / f"libtorch-{version}-x86_64").symlink_to(test.libtorch())
    test.environment["XDG_CACHE_HOME"] = str(cache.parent)
    expect("best trial 0" in train_once(test, prefix), "it trains with the LibTorch that was fetched")
    text, _ = test.run(prefix / "bin/pegbox", "doctor", "--fetch")
    expect("is there" in text, "what is there is not fetched again")
    shutil.rmtree(cache.parent)
    del test.environment["XDG_CACHE_HOME"]


def depends(test, package, binary):
    """Each library that the binary needs belongs to a package that is named, on the distribution that they are for."""
    if "bookworm" not in pathlib.Path("/etc/os-release").read_text(encoding="utf-8"):
        return
    _, named = test.run("dpkg-deb", "-f", package, "Depends")
    names = {part.split()[0] for part in named.split(",")}
    for library in dynamic(binary, "NEEDED"):
        path = next(path for path in (pathlib.Path(folder) / library for folder in (
            "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64")) if path.exists())
        owners = subprocess.run(["dpkg", "-S", path, path.resolve()], capture_output=True, text=True, check=False).stdout
        found = {line.split(":")[0] for line in owners.splitlines()}
        expect(found & (names | {"libgcc-s1"}), f"{library} of {found} is among what the package depends on")


def packages(test):
    cpack = test.cmake.parent / "cpack"
    test.run(cpack, "--config", test.build / "CPackConfig.cmake", "-B", test.scratch / "packed")
    tarball, = (test.scratch / "packed").glob("*.tar.gz")
    package, = (test.scratch / "packed").glob("*.deb")
    expect(max(tarball.stat().st_size, package.stat().st_size) < 50e6, "they are small")
    test.run("tar", "-xzf", tarball)
    packaged(test, next(test.scratch.glob("pegbox-*")))
    test.run("dpkg-deb", "-x", package, test.scratch / "root")
    packaged(test, test.scratch / "root/usr")
    for file in ("bin/pegbox", "lib/libpegbox.so"):
        depends(test, package, test.scratch / "root/usr" / file)


def main():
    tests = (install, own_strategy, own_model, own_module, own_loop, two_inputs, forecast, two_networks, own_program,
             deploy, ask_tell, new_strategy, new_pruner, new_model, no_libtorch, other_libtorch, moved, packages)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=[test.__name__ for test in tests])
    for option in ("--source", "--build", "--cmake"):
        parser.add_argument(option, type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    next(test for test in tests if test.__name__ == arguments.name)(Test(arguments))


main()
