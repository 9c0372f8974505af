#!/usr/bin/env python3
"""Checks who includes whom in core/, plugins/ and models/ against the picture below.

include_picture.py ROOT         checks a checkout; prints each violation and exits with 1 where there is one
include_picture.py --self-test  checks that violations are seen
"""
import pathlib
import re
import sys

LIBTORCH = ("torch/", "ATen/", "c10/")

# Per folder under core/src: what it may include in angle brackets besides the standard library and <pegbox/…>, as
# whole names or as folders that end in a slash, and which siblings it may include by quotes.
THIRD_PARTIES = {
    "sdk": (),
    "study": ("yaml-cpp/",),
    "catalog": ("boost/dll/", "elf.h", "dlfcn.h", "link.h"),
    "contract": (),
    "data": ("fcntl.h", "jerror.h", "jpeglib.h", "png.h", "sys/mman.h", "sys/stat.h", "unistd.h", "zlib.h"),
    "importance": (),
    "files": ("boost/crc.hpp", "fcntl.h", "unistd.h"),
    "store": ("sqlite3.h", "nlohmann/", "fcntl.h", "sys/stat.h", "sys/statfs.h", "sys/vfs.h", "linux/magic.h", "unistd.h"),
    "scheduler": ("tbb/", "oneapi/tbb/"),
    "tensorboard": ("boost/crc.hpp",),
    "json": ("nlohmann/",),
    "trainer": LIBTORCH + ("dlfcn.h",),
    "tuner": ("fcntl.h", "unistd.h"),
    "library": (),
    "cli": ("nlohmann/", "boost/math/distributions/", "boost/program_options.hpp", "boost/program_options/", "fcntl.h", "poll.h", "sys/ioctl.h",
            "unistd.h",
            "boost/version.hpp", "oneapi/tbb/version.h"),
}
THIRD_PARTIES_OF_FILES = {
    "core/include/pegbox/dataset.hpp": LIBTORCH,
    "core/include/pegbox/image_shape.hpp": LIBTORCH,
    "core/include/pegbox/initialisation.hpp": LIBTORCH,
    "core/include/pegbox/layers.hpp": LIBTORCH,
    "core/include/pegbox/loop.hpp": ("torch/version.h",),
    "core/include/pegbox/model.hpp": LIBTORCH,
    "core/src/sdk/dataset.cpp": LIBTORCH,
    "core/src/sdk/initialisation.cpp": LIBTORCH,
    "core/src/sdk/layers.cpp": LIBTORCH,
    "core/src/sdk/model.cpp": LIBTORCH,
    "core/src/sdk/sobol.cpp": ("boost/random/sobol.hpp",),
}
SIBLINGS = {
    "cli": ("catalog", "contract", "data", "files", "importance", "json", "scheduler", "store", "study", "tensorboard",
            "trainer", "tuner"),
    "library": ("catalog", "tuner"),
    "trainer": ("contract", "data", "files"),
    "tuner": ("catalog", "data", "files", "json", "scheduler", "store", "study", "tensorboard", "trainer"),
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)"|(.+))')
STANDARD = re.compile(r"[a-z_0-9]+")  # the standard library's headers alone have no extension


def fits(name, allowed):
    return any(name == one or (one.endswith("/") and name.startswith(one)) for one in allowed)


def angle_fault(name, allowed):
    if STANDARD.fullmatch(name) or fits(name, ("pegbox/",) + tuple(allowed)):
        return None
    return f"<{name}> is not among what this folder may include"


def quote_fault(name, folder, own, siblings):
    if folder is None:
        return f'"{name}" by quotes: this folder includes only <pegbox/…>, the standard library and what it is built on'
    if name in own:
        return None
    sibling = name.split("/")[0]
    if sibling in siblings and ".." not in name:
        return None
    return f'"{name}" is neither in core/src/{folder} nor in a folder that it may include'


def fault(path, line, own):
    """Why a line of the file (a path from the root) is not allowed, or None. `own` has its folder's headers."""
    match = INCLUDE.match(line)
    if not match:
        return None
    angle, quote, other = match.groups()
    if other is not None:
        return f"#include {other.strip()}: a name in <> or quotes is expected"
    parts = path.split("/")
    folder = parts[2] if parts[:2] == ["core", "src"] else None
    if folder is not None and folder not in THIRD_PARTIES:
        return f"core/src/{folder} is not in the picture: add it to tests/include_picture.py"
    if quote is not None:
        return quote_fault(quote, folder, own, SIBLINGS.get(folder, ()))
    allowed = THIRD_PARTIES_OF_FILES.get(path, THIRD_PARTIES.get(folder, ()))
    if parts[0] == "models":
        allowed = LIBTORCH
    elif parts[0] == "plugins":
        allowed = ("Eigen/",)
    return angle_fault(angle, allowed)


def check(root):
    faults = []
    count = 0
    for top in ("core", "plugins", "models"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".cpp", ".hpp", ".h", ".cc", ".ipp", ".inl") or not file.is_file():
                continue
            path = file.relative_to(root).as_posix()
            own = {one.relative_to(file.parent).as_posix() for one in file.parent.rglob("*.hpp")}
            lines = file.read_text(encoding="utf-8").splitlines()
            count += 1
            for number, line in enumerate(lines, 1):
                if why := fault(path, line, own):
                    faults.append(f"{path}:{number}: {why}")
    if count == 0:
        faults.append(f"{root}: no sources there")
    return count, faults


GOOD = (
    ("plugins/grid.cpp", "#include <algorithm>"),
    ("plugins/grid.cpp", "#include <pegbox/strategy.hpp>"),
    ("plugins/cmaes.cpp", "#include <Eigen/Dense>"),
    ("models/mlp.cpp", "#include <torch/nn/module.h>"),
    ("core/include/pegbox/model.hpp", "#include <torch/nn/module.h>"),
    ("core/src/sdk/model.cpp", "#include <torch/nn/functional/loss.h>"),
    ("core/src/study/study.cpp", '#include "study.hpp"'),
    ("core/src/study/study.cpp", "#include <yaml-cpp/yaml.h>"),
    ("core/src/catalog/catalog.cpp", "#  include <boost/dll/shared_library.hpp>"),
    ("core/src/scheduler/scheduler.cpp", "#include <oneapi/tbb/task_group.h>"),
    ("core/src/trainer/trainer.cpp", '#include "data/csv.hpp"'),
    ("core/src/data/png.cpp", "#include <png.h>"),
    ("core/src/cli/main.cpp", '#include "catalog/catalog.hpp"'),
    ("core/src/tuner/setup.cpp", '#include "scheduler/plan.hpp"'),
    ("core/src/library/tuner.cpp", '#include "tuner/tuning.hpp"'),
    ("core/src/cli/main.cpp", "int include = 0;"),
)
BAD = (
    ("plugins/grid.cpp", '#include "catalog/catalog.hpp"'),
    ("plugins/grid.cpp", '#include "helper.hpp"'),
    ("plugins/grid.cpp", "#include <torch/torch.h>"),
    ("plugins/grid.cpp", "#include <tbb/tbb.h>"),
    ("models/mlp.cpp", '#include "trainer/trainer.hpp"'),
    ("models/mlp.cpp", "#include <yaml-cpp/yaml.h>"),
    ("core/include/pegbox/space.hpp", "#include <torch/torch.h>"),
    ("core/include/pegbox/space.hpp", '#include "domain.hpp"'),
    ("core/include/pegbox/space.hpp", "#include <boost/dll.hpp>"),
    ("core/src/sdk/space.cpp", "#include <ATen/ATen.h>"),
    ("core/src/study/study.cpp", "#include <boost/dll/shared_library.hpp>"),
    ("core/src/study/study.cpp", '#include "catalog/catalog.hpp"'),
    ("core/src/study/study.cpp", '#include "../catalog/catalog.hpp"'),
    ("core/src/study/study.cpp", '  #  include  "../../../plugins/grid.cpp"'),
    ("core/src/scheduler/scheduler.cpp", "#include <torch/torch.h>"),
    ("core/src/scheduler/scheduler.cpp", "#include <yaml-cpp/yaml.h>"),
    ("core/src/catalog/catalog.cpp", "#include <boost/filesystem.hpp>"),
    ("core/src/data/csv.cpp", "#include <elf.h>"),
    ("core/src/cli/main.cpp", "#include <png.h>"),
    ("core/src/data/csv.cpp", "#include <nlohmann/json.hpp>"),
    ("core/src/trainer/trainer.cpp", '#include "study/study.hpp"'),
    ("core/src/trainer/trainer.cpp", "#include <oneapi/tbb/task_group.h>"),
    ("core/src/cli/main.cpp", "#include <torch/torch.h>"),
    ("core/src/tuner/setup.cpp", '#include "cli/options.hpp"'),
    ("core/src/tuner/setup.cpp", "#include <torch/torch.h>"),
    ("core/src/library/tuner.cpp", '#include "cli/options.hpp"'),
    ("core/src/cli/main.cpp", '#include "data/../../../tests/broken/fixture.hpp"'),
    ("core/src/cli/main.cpp", '#include "plugins/grid.cpp"'),
    ("core/src/cli/main.cpp", "#include SOME_HEADER"),
    ("core/src/stranger/main.cpp", "#include <vector>"),
)


def self_test():
    own = {"study.hpp"}
    wrong = [f"refused: {path}: {line}" for path, line in GOOD if fault(path, line, own)]
    wrong += [f"not seen: {path}: {line}" for path, line in BAD if not fault(path, line, own)]
    return len(GOOD) + len(BAD), wrong


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    count, faults = self_test() if sys.argv[1] == "--self-test" else check(pathlib.Path(sys.argv[1]))
    for one in faults:
        print(one)
    print(f"{count} checked, {len(faults)} wrong")
    sys.exit(1 if faults else 0)


main()
