"""A guess at which end of its interval a time marks."""

import re
from collections.abc import Iterable
from datetime import datetime

from wattlake.app.mapping_proposal.guessed import Guess
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.words import END, START

CLOCK = re.compile(r"(?<![\d:])(\d\d):(\d\d)")
Instants = list[datetime | None]


def guess_label(
    guess: Guess, sheet: Sheet, name: str, at: Instants, *, is_first_of_two: bool, until: Instants | None
) -> None:
    """Note whether times are starts or ends, with the reason."""
    stamps = sheet.instants.get(name) or sheet.clocks.get(name)
    if until and _share(a is not None and b is not None and b < a for a, b in zip(at, until, strict=True)):
        guess.set("time.label", "end", "the other column of times is earlier")
    elif name in sheet.hours:
        guess.set("time.label", "start" if sheet.hours[name] == "0-23" else "end")
    elif (stamps and stamps.between) or is_first_of_two or (START.search(name) and not END.search(name)):
        guess.set("time.label", "start")
    elif END.search(name):
        guess.set("time.label", "end", f"as the name `{name}` says")
    elif any(re.search(r"(^|[ T])24[:.]?00", cell) for cell in sheet.head.column(name)):
        guess.set("time.label", "end", "because of 24:00")
    else:
        first = min((start, cell) for start, cell in zip(at, sheet.head.cells(name), strict=True) if start)
        _guess_label(guess, first[1])


def _guess_label(guess: Guess, first: str) -> None:
    """Guess the label from the first time of the file, as its clock showed it."""
    clock = CLOCK.search(first)
    if clock and clock[0] == "00:00":
        guess.set("time.label", "start", "a guess, because the first time is 00:00")
    elif clock and (clock[1] == "00" or clock[0] == "01:00"):
        guess.set("time.label", "end", f"a guess, because the first time is {clock[0]}")
    else:
        guess.set("time.label", "start", "a guess: `end` if a time is the end of its interval")


def _share(flags: Iterable[bool]) -> bool:
    values = list(flags)
    return sum(values) * 2 > len(values)
