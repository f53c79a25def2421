"""Guesses at what rows say of themselves: direction, quality, unit and period."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from wattlake.app.mapping_proposal.guessed import Guess
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.words import (
    CONSUMPTION_ROW,
    ELECTRICITY_ROW,
    IGNORED_ROW,
    METER,
    OFFICIAL,
    OTHER_COMMODITY_ROW,
    PERIOD_COLUMN,
    PERIOD_TEXT,
    PRODUCTION_ROW,
    QUALITIES,
    QUALITY_COLUMN,
    UNIT_COLUMN,
)

UNIT_TEXT = re.compile(r"[kM]?Wh?", re.IGNORECASE)
SPELLED = {unit.casefold(): unit for unit in ("W", "kW", "Wh", "kWh", "MWh")} | {"mw": "MW"}
MOST_WORDS = 24
LONG_WORD = 4
METER_NAME = re.compile(rf"(?!.*(register|channel|kanal))({OFFICIAL.pattern}|{METER.pattern})", re.IGNORECASE)


def guess_directions(guess: Guess, sheet: Sheet) -> str:
    """Note the column whose words say what was consumed and what was produced; returns it."""
    for name in sheet.words:
        words = sorted(set(sheet.head.column(name)))
        if len(words) > MOST_WORDS or QUALITY_COLUMN.search(name) or METER_NAME.search(name):
            continue
        meanings = {word: _direction(word) for word in words}
        if all(meanings.values()) and set(meanings.values()) != {"ignore"}:
            guess.set("columns.direction", name)
            for word, meaning in meanings.items():
                guess.set(f"directions.{word}", meaning)
            return name
    return ""


def note_registers(guess: Guess, sheet: Sheet, at: Sequence[datetime | None], meter: str, direction: str) -> None:
    """Note that directions are of registers, where several are of one direction and time."""
    if not direction:
        return
    words = sheet.head.cells(direction)
    meters = sheet.head.cells(meter) if meter else [""] * len(at)
    meanings = [guess.text(f"directions.{word}") for word in words]
    times: dict[object, set[str]] = defaultdict(set)
    for whose, meaning, one, word in zip(meters, meanings, at, words, strict=True):
        if one and meaning != "ignore":
            times[whose, meaning, one].add(word)
    if sum(len(found) > 1 for found in times.values()) * 10 > len(times):
        guess.set("columns.register", direction, "several registers are of one time: they are summed")


def _direction(word: str) -> str:
    if IGNORED_ROW.search(word):
        return "ignore"
    is_in, is_out = bool(CONSUMPTION_ROW.search(word)), bool(PRODUCTION_ROW.search(word))
    if is_in == is_out:
        return ""
    return "consumption" if is_in else "production"


def guess_quality(guess: Guess, sheet: Sheet, taken: list[str]) -> str:
    """Note the column whose words say how sure a reading is; returns it."""
    for name in sheet.words:
        words = sorted(set(sheet.head.column(name)))
        if name in taken or len(words) > MOST_WORDS:
            continue
        meanings = {word: _quality(word) for word in words}
        is_sure = QUALITY_COLUMN.search(name) or all(len(word) >= LONG_WORD for word in words)
        if is_sure and all(meanings.values()):
            guess.set("columns.quality", name)
            for word, meaning in meanings.items():
                guess.set(f"qualities.{word}", meaning)
            return name
        if QUALITY_COLUMN.search(name):
            unknown = [word for word, meaning in meanings.items() if not meaning]
            guess.notes.append(
                f"`{name}` is not read, for what `{'`, `'.join(unknown)[:80]}` means is not known: "
                "say it in `columns.quality` and `[qualities]`."
            )
    return ""


def _quality(word: str) -> str:
    return next((meaning for meaning, words in QUALITIES.items() if re.fullmatch(words, word, re.IGNORECASE)), "")


def guess_where(guess: Guess, sheet: Sheet) -> list[bool]:
    """Note the column that tells electricity from gas or water, and which rows are of it."""
    for name in sheet.words:
        words = sorted(set(sheet.head.column(name)))
        electric = [word for word in words if ELECTRICITY_ROW.search(word) and not OTHER_COMMODITY_ROW.search(word)]
        others = [word for word in words if OTHER_COMMODITY_ROW.search(word)]
        if electric and others and len(words) <= MOST_WORDS:
            guess.set(f"where.{name}", electric, f"rows of `{'`, `'.join(others)}` hold no electricity")
            return [cell in electric for cell in sheet.head.cells(name)]
    return []


def guess_unit_column(sheet: Sheet) -> tuple[str, set[str]]:
    """Find the column that names units in its rows; returns it with them."""
    for name in sheet.words:
        units = set(sheet.head.column(name))
        if all(UNIT_TEXT.fullmatch(unit) for unit in units) and (UNIT_COLUMN.search(name) or len(units) < 3):
            return name, {SPELLED[unit.casefold()] for unit in units}
    return "", set()


def guess_period_column(sheet: Sheet) -> str:
    """Find the column that says how long each row's interval is."""
    for name in [*sheet.words, *sheet.numbers]:
        texts = set(sheet.head.column(name))
        is_clear = all(re.match("PT", text) for text in texts) or PERIOD_COLUMN.search(name)
        if is_clear and len(texts) < MOST_WORDS and all(PERIOD_TEXT.fullmatch(text) for text in texts):
            return name
    return ""
