#!/usr/bin/env python3
"""Opens reports in a browser: browser_test.py NAME --pegbox FILE --maker FILE --chromium FILE --scratch DIR

NAME is a study that study_maker makes. Nothing may fail on the page, each part that applies must be there with its
figures, and no text of the study may have become a part of the page. The time to the first figure is printed.
"""
import argparse
import collections
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys

# For each study the figures in each part of the page; parts that are not named must be hidden.
FIGURES = {
    "whole": {"history": 1, "curves": 1, "importance": 1, "slices": 5, "parallel": 1, "contour": 1, "rungs": 2,
              "timeline": 1},
    "several": {"history": 1, "curves": 1, "slices": 5, "parallel": 1, "contour": 1, "front": 1, "timeline": 1},
    "hostile": {"history": 1, "curves": 1, "slices": 4, "parallel": 1, "contour": 1, "timeline": 1},
    "empty": {},
    "many": {"history": 1, "curves": 1, "importance": 2, "slices": 5, "parallel": 1, "contour": 1, "rungs": 1,
             "timeline": 1},
    "long": {"history": 1, "curves": 1, "slices": 4, "parallel": 1, "contour": 1, "timeline": 1},
    "failed": {"timeline": 1},
    "single": {"history": 1, "curves": 1},
}
ALSO = {
    "whole": {"summary", "findings", "best", "failures", "trials", "definition"},
    "several": {"summary", "findings", "best", "trials", "definition"},
    "hostile": {"summary", "findings", "best", "failures", "trials", "definition"},
    "empty": {"summary", "definition"},
    "many": {"summary", "findings", "best", "trials", "definition"},
    "long": {"summary", "findings", "best", "trials", "definition"},
    "failed": {"summary", "findings", "failures", "trials", "definition"},
    "single": {"summary", "best", "trials", "definition"},
}
# A dumped page can have no more rows than these, or not only those in view were made.
MOST_ROWS = 80
# plotly.js draws parallel coordinates with WebGL, which may be missing; the page says so then.
WITHOUT_WEBGL = "no WebGL"


class Page(html.parser.HTMLParser):
    """What is on a page: figures, rows and texts by section, and the attributes of <html>."""

    VOID = {"meta", "link", "img", "br", "input", "col", "hr", "source"}

    def __init__(self, text):
        super().__init__()
        self.attributes = {}
        self.shown = set()
        self.figures = collections.Counter()
        self.rows = 0
        self.images = []
        self.section = None
        self.texts = collections.defaultdict(str)
        self.title = ""
        self.stack = []
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        attributes = dict(pairs)
        classes = (attributes.get("class") or "").split()
        if tag == "html":
            self.attributes = attributes
        elif tag == "section":
            self.section = attributes["id"]
            if "hidden" not in attributes:
                self.shown.add(self.section)
        elif "js-plotly-plot" in classes:
            self.figures[self.section] += 1
        elif tag == "tr" and "aria-rowindex" in attributes:
            self.rows += 1
        elif tag == "img":
            self.images.append(attributes)
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass
        if tag == "section":
            self.section = None

    def handle_data(self, data):
        self.texts[self.section] += data
        if self.stack and self.stack[-1] == "title" and "svg" not in self.stack:
            self.title += data


def dump(chromium, file, scratch):
    """The page as it is when its figures are drawn."""
    done = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-dev-shm-usage", "--enable-unsafe-swiftshader", "--use-gl=angle",
         "--use-angle=swiftshader", f"--user-data-dir={scratch / 'profile'}", "--window-size=1300,900", "--host-resolver-rules=MAP * ~NOTFOUND",
         "--virtual-time-budget=30000", "--timeout=120000", "--dump-dom", file.as_uri()],
        capture_output=True, check=False, timeout=280, env=os.environ | {"HOME": str(scratch)})
    if done.returncode != 0:
        sys.exit(f"chromium ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout.decode(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=FIGURES)
    for option in ("--pegbox", "--maker", "--chromium", "--scratch"):
        parser.add_argument(option, required=True, type=lambda path: pathlib.Path(path).resolve())
    arguments = parser.parse_args()
    name = arguments.name
    scratch = arguments.scratch / name
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    subprocess.run([arguments.maker, scratch / "study.db", name], check=True)
    subprocess.run([arguments.pegbox, "report", "--storage", scratch / "study.db", "-o", scratch / "study.html"], check=True)

    page = Page(dump(arguments.chromium, scratch / "study.html", scratch))
    faults = []

    def check(holds, what):
        if not holds:
            faults.append(what)

    check("data-troubles" not in page.attributes, f"troubles: {page.attributes.get('data-troubles')}")
    expected = dict(FIGURES[name])
    if WITHOUT_WEBGL in page.texts["parallel"]:
        print("this browser has no WebGL: no parallel coordinates")
        del expected["parallel"]
        page.shown.discard("parallel")
    check(dict(page.figures) == expected, f"figures {dict(page.figures)}, expected {expected}")
    check(page.shown == set(expected) | ALSO[name], f"shown {sorted(page.shown)}, expected {sorted(set(expected) | ALSO[name])}")
    check(page.attributes.get("data-drawn", "0") == str(sum(expected.values())), f"{page.attributes.get('data-drawn')} figures are drawn")
    check(0 < page.rows <= MOST_ROWS or name == "empty", f"{page.rows} rows of the table exist")
    check(not page.images, f"images on the page: {page.images}")
    check(page.title.endswith(" – pegbox") and "broken" not in page.title, f"title {page.title!r}")
    if name == "whole":
        check("foretell" in page.texts["importance"], "it is not said how far to trust importances")
    if name == "hostile":
        check("<b>\"rate\"</b>' & {{data}} </script>" in page.texts["best"], "the name of a hyperparameter is not shown as it is")
        check("<img src=x onerror=alert(1)>" in page.texts["failures"], "the text of an error is not shown as it is")
        check("{{script}} ${number}" in page.texts["failures"], "the text of an error is not shown as it is")
    if name == "many":
        check(re.search(r"2,000 of 10,000 trials are drawn", page.texts["history"]), "it is not said that trials are left out")
        check(re.search(r"200 of 10,000 trials are drawn", page.texts["curves"]), "it is not said that curves are left out")

    size = (scratch / "study.html").stat().st_size
    print(f"{name}: {size / 1e6:.1f} MB, first figure after {page.attributes.get('data-first-figure')} ms "
          f"({page.attributes.get('data-first-figure-alone')} ms of drawing)")
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


main()
