"""Find the line of a TOML file at which a key stands: the parser of Python does not tell it."""

import re
from pathlib import Path


def line_of(file: Path, key: str) -> int:
    """Find the line of a key such as ``columns.kwh.type`` or ``rules[2].holds``.

    Where the key is missing, it is the line of its table; where that is missing, too, the first.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return 1
    table, _, name = key.rpartition(".")
    head = _head(lines, table) if table else 0
    for number, line in enumerate(lines[head:], head + 1):
        if re.match(rf"\s*\"?{re.escape(name)}\"?\s*=", line):
            return number
        if re.match(r"\s*\[", line):
            break
    return (_head(lines, key) if "]" not in key else 0) or max(head, 1)


def _head(lines: list[str], table: str) -> int:
    """Find the line of ``[table]``, or of the nth ``[[table]]``; 0 where there is none."""
    name, _, nth = table.removesuffix("]").partition("[")
    written = re.escape(f"[[{name}]]" if nth else f"[{name}]").replace(r"\.", r'"?\."?')
    heads = [number for number, line in enumerate(lines, 1) if re.match(rf"\s*{written}", line.replace('"', ""))]
    wanted = int(nth) - 1 if nth else 0
    return heads[wanted] if wanted < len(heads) else 0
