"""A guess as the TOML of a mapping, with its remarks."""

import json
import re
from pathlib import Path

from wattlake.app.mapping_proposal.guess import guess_mapping
from wattlake.app.mapping_proposal.guessed import Given, Guess
from wattlake.app.mapping_proposal.head import read_head
from wattlake.lake.mapping import Mapping, PlantMapping

WIDEST = 96
OF_METERS = ("file", "recognise", "columns", "time", "energy", "directions", "qualities", "where", "where_not")
OF_PLANTS = ("file", "columns", "time", "power")
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def propose(path: Path, given: Given) -> tuple[str, list[str]]:
    """Write the TOML of a mapping that seems to fit a file; return it with notes on the file.

    Args:
        path: the meter file.
        given: what the user said of it.

    Raises:
        ValueError: the file is none of rows and columns, or too little of it could be recognised.
    """
    guess = guess_mapping(read_head(path), path, given)
    return _toml(guess, path), guess.notes


def _toml(guess: Guess, path: Path) -> str:
    name = re.sub(r"[^\w-]+", "-", path.name.partition(".")[0]).strip("-") or "meters"
    lines = [f"# How {path.name} and files like it are read, proposed from its first rows. Check what is remarked."]
    lines += [f"name = {_value(name)}"]
    for table in OF_PLANTS if "power.unit" in guess.keys else OF_METERS:
        of_table = _of_table(guess, table)
        lines += ["", f"[{table}]"] if of_table else []
        for key, value in of_table.items():
            lines += _line(key.removeprefix(f"{table}."), value, guess.remarks.get(key, ""))
    return "\n".join(lines) + "\n"


def _of_table(guess: Guess, table: str) -> dict[str, object]:
    """Give the keys of a table in the order in which mappings have them."""
    model = (PlantMapping if "power.unit" in guess.keys else Mapping).model_fields[table].annotation
    fields = getattr(model, "model_fields", {})  # Tables of a user's own words have none.
    order = [f"{table}.{field.alias or name}" for name, field in fields.items()]
    of_table = {key: value for key, value in guess.keys.items() if key.startswith(f"{table}.")}
    return dict(sorted(of_table.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def _line(key: str, value: object, remark: str) -> list[str]:
    line = f"{key if BARE_KEY.fullmatch(key) else _value(key)} = {_value(value)}"
    if not remark:
        return [line]
    return [f"{line}  # {remark}"] if len(line) + len(remark) < WIDEST else [f"# {remark}", line]


def _value(value: object) -> str:
    """Write a value as JSON.

    What JSON makes of texts, whole numbers, truth and lists is TOML, too.
    """
    return json.dumps(value, ensure_ascii=False)
