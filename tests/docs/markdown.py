"""Fenced blocks of a Markdown page."""
import collections
import re

Block = collections.namedtuple("Block", "language line text")  # `line` is that of the opening fence, from 1


def blocks(page):
    """The page's blocks, in order; `text` ends in a line break."""
    result = []
    opened = None
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = re.match(r"```(\w*)\s*$", line)
        if fence and opened is None:
            opened = (fence.group(1), number, [])
        elif fence:
            result.append(Block(opened[0], opened[1], "".join(one + "\n" for one in opened[2])))
            opened = None
        elif opened is not None:
            opened[2].append(line)
    if opened is not None:
        raise SystemExit(f"{page}:{opened[1]}: the block is not closed")
    return result


def commands(page, skipped=()):
    """The page's `sh` blocks as one shell script, without the lines that begin with one of `skipped`."""
    lines = []
    for block in blocks(page):
        if block.language != "sh":
            continue
        lines += [line for line in block.text.splitlines() if not line.startswith(tuple(skipped))]
    return "".join(line + "\n" for line in lines)


def prose(page):
    """The page without its blocks."""
    return re.sub(r"^```.*?^```\s*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
