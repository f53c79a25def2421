"""The text of a file's head: its encoding, and its lines with their numbers."""

import codecs
from typing import NamedTuple

from wattlake.lake.landing.readers.contents import Content

HEAD_BYTES = 8 * 1024**2
MOST_LINES = 20_000
MOST_JOINED = 20
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ZERO_SHARE = 0.3


class Line(NamedTuple):
    """A line that is not blank, and how many lines stand before it."""

    before: int
    text: str


def read_lines(content: Content) -> tuple[str, list[Line]]:
    """Read the encoding of a content, and the lines of its head that hold anything.

    Raises:
        ValueError: it is empty, or not whole.
    """
    with content.opened() as source:
        head = source.read(HEAD_BYTES)
    if not head.strip():
        raise ValueError(f"{content.path} {content.name}is empty.")
    encoding = _encoding(head)
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    whole_text = text if len(head) < HEAD_BYTES else text.rpartition("\n")[0]
    return encoding, _lines(whole_text)


def _encoding(content: bytes) -> str:
    """Tell the encoding by the mark at the beginning, by zeros, or by what bytes can be."""
    for mark, name in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return name
    sample = content[:2000]
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        # Latin letters have a zero in each second byte.
        if sample[first::2].count(0) > ZERO_SHARE * len(sample) > sample[1 - first :: 2].count(0) * 10:
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)  # A character cut off at the end is none that is wrong.
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _lines(text: str) -> list[Line]:
    """List the lines that hold anything; one that a quote keeps open goes on in the next."""
    lines: list[Line] = []
    open_line: Line | None = None
    joined = 0
    for number, line in enumerate(text.split("\n")):
        written = line.rstrip("\r")
        if open_line is not None and joined < MOST_JOINED:
            open_line, joined = Line(open_line.before, f"{open_line.text}\n{written}"), joined + 1
        elif written.strip(" \t;,|"):
            open_line, joined = Line(number, written), 0
        if open_line is not None and (open_line.text.count('"') % 2 == 0 or joined == MOST_JOINED):
            lines.append(open_line)
            open_line = None
            if len(lines) == MOST_LINES:
                break
    return lines
