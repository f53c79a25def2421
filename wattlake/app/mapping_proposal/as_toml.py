"""A guess as the TOML of a mapping, with its remarks."""

import json
import re
from pathlib import Path

from wattlake.app.mapping_proposal.guess import guess
from wattlake.app.mapping_proposal.guessed import Guess
from wattlake.app.mapping_proposal.head import read_head

WIDEST = 96


def propose(path: Path, zone: str) -> str:
    """Write the TOML of a mapping that seems to fit a file.

    Args:
        path: the meter file.
        zone: the time zone where the file does not say one.

    Raises:
        ValueError: the file is none of rows and columns, or too little of it could be recognised.
    """
    return _toml(guess(read_head(path), path, zone), path)


def _toml(found: Guess, path: Path) -> str:
    name = re.sub(r"[^\w-]+", "-", path.name.partition(".")[0]).strip("-") or "meters"
    lines = [f"# How {path.name} and files like it are read, proposed from its first rows. Check what is remarked."]
    lines += [f"name = {_value(name)}"]
    for table in ("file", "columns", "time", "power" if "power.unit" in found.keys else "energy"):
        lines += ["", f"[{table}]"]
        for key, value in found.keys.items():
            if key.startswith(f"{table}."):
                lines += _line(key.removeprefix(f"{table}."), value, found.remarks.get(key, ""))
    return "\n".join(lines) + "\n"


def _line(key: str, value: object, remark: str) -> list[str]:
    line = f"{key} = {_value(value)}"
    if not remark:
        return [line]
    return [f"{line}  # {remark}"] if len(line) + len(remark) < WIDEST else [f"# {remark}", line]


def _value(value: object) -> str:
    """Write a value as JSON.

    What JSON makes of texts, whole numbers, truth and lists is TOML, too.
    """
    return json.dumps(value, ensure_ascii=False)
