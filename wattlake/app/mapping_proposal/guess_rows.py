"""Guesses at what rows say of themselves: direction, quality, unit and period."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from wattlake.app.mapping_proposal.guessed import Guess
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.words import (
    CONSUMPTION_ROW,
    DELIVERED,
    IGNORED_ROW,
    METER,
    OFFICIAL,
    PERIOD_COLUMN,
    PERIOD_TEXT,
    PRODUCTION_ROW,
    QUALITIES,
    QUALITY_COLUMN,
    UNIT_COLUMN,
    WITHDRAWN,
)

UNIT_TEXT = re.compile(r"[kMG]?(Wh?|VArh?|VAh?|V|A)|°?C|%|m³|m3|Hz", re.IGNORECASE)
SPELLED = {unit.casefold(): unit for unit in ("W", "kW", "Wh", "kWh", "MWh")} | {"mw": "MW"}
FEW_UNITS = 4
MOST_WORDS = 24
LONG_WORD = 4
METER_NAME = re.compile(rf"(?!.*(register|channel|kanal))({OFFICIAL.pattern}|{METER.pattern})", re.IGNORECASE)


def guess_directions(guess: Guess, sheet: Sheet) -> str:
    """Note the column whose words say what was consumed and what was produced; returns it."""
    for name in sheet.words:
        words = sorted(set(sheet.head.column(name)))
        if len(words) > MOST_WORDS or QUALITY_COLUMN.search(name) or METER_NAME.search(name):
            continue
        is_beside_withdrawn = any(WITHDRAWN.search(word) for word in words)
        meanings = {
            word: "production" if is_beside_withdrawn and DELIVERED.search(word) else _direction(word) for word in words
        }
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
    for whose, meaning, start, word in zip(meters, meanings, at, words, strict=True):
        if start and meaning != "ignore":
            times[whose, meaning, start].add(word)
    if sum(len(registers) > 1 for registers in times.values()) * 10 > len(times):
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


def guess_unit_column(sheet: Sheet) -> tuple[str, set[str]]:
    """Find the column that names units in its rows; returns it with them."""
    for name in sheet.words:
        units = {*sheet.head.column(name)}
        if is_of_units(name, units) and all(unit.casefold() in SPELLED for unit in units):
            return name, {SPELLED[unit.casefold()] for unit in units}
    return "", set()


def is_of_units(name: str, texts: Collection[str]) -> bool:
    """Say whether the texts of a column are units."""
    is_of_energy = not QUALITY_COLUMN.search(name) and any(text.casefold().endswith("wh") for text in texts)
    is_clear = UNIT_COLUMN.search(name) is not None or (is_of_energy and len(texts) <= FEW_UNITS)
    return is_clear and len(texts) <= MOST_WORDS and all(UNIT_TEXT.fullmatch(text) for text in texts)


def guess_period_column(sheet: Sheet) -> str:
    """Find the column that says how long each row's interval is."""
    for name in [*sheet.words, *sheet.numbers]:
        texts = set(sheet.head.column(name))
        is_clear = all(re.match("PT", text) for text in texts) or PERIOD_COLUMN.search(name)
        if is_clear and len(texts) < MOST_WORDS and all(PERIOD_TEXT.fullmatch(text) for text in texts):
            return name
    return ""
