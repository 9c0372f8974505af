#!/usr/bin/env python3
"""Writes the tables of docs/study-file.md, as the host tells the keys: reference.py PEGBOX

They stand between `<!-- generated: SECTION -->` and `<!-- end -->`; the rest of the page is written by hand.
"""
import json
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def row(cells):
    return "| " + " | ".join(cells) + " |\n"


def table(section):
    """A column tells beside which keys one may stand, where that is said of any."""
    beside = any(key["beside"] for key in section["keys"])
    columns = ["key", *(["of"] if beside else []), "type", "default", "meaning"]
    text = row(columns) + "|" + "---|" * len(columns) + "\n"
    for key in section["keys"]:
        of = [", ".join(f"`{one}`" for one in key["beside"])] if beside else []
        text += row([f"`{key['name']}`", *of, key["type"], key["default"] or "", key["meaning"]])
    return text.replace("|  |", "| |")


def written(page, sections):
    """The page with its tables as they should be."""
    tables = {section["name"]: table(section) for section in sections}
    return BLOCK.sub(lambda block: block[1] + tables[block[2]] + block[3], page)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    told = subprocess.run([sys.argv[1], "help", "study-file", "--format", "json"], capture_output=True, text=True,
                          check=True)
    page = pathlib.Path(__file__).resolve().parents[2] / "docs/study-file.md"
    page.write_text(written(page.read_text(encoding="utf-8"), json.loads(told.stdout)), encoding="utf-8")


if __name__ == "__main__":
    main()
