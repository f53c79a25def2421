"""A guess at the zone whose clock a file shows."""

import re

from wattlake.app.mapping_proposal.guessed import Guess
from wattlake.app.mapping_proposal.sheet import Sheet
from wattlake.app.mapping_proposal.times import EPOCHS
from wattlake.app.mapping_proposal.words import ZONE_COLUMN, ZONE_IN_NAME, ZONE_NAMED
from wattlake.lake.settings import timezones


def set_zone(guess: Guess, sheet: Sheet, zone: str) -> None:
    """Note the zone: as the times, a column or a name of one say it, otherwise the community's."""
    time_format = guess.text("time.format")
    texts = [text for key in ("datetime", "date", "time") if (text := guess.text(f"columns.{key}"))]
    texts += [sheet.head.unit_of(name) for name in texts] + list(guess.keys.get("time.suffix", []))  # type: ignore[call-overload]
    named = [name for name in sheet.words if ZONE_COLUMN.search(name)]
    of_rows = {name: set(sheet.head.column(name)) for name in named}
    offset = _has_offsets(sheet, guess.text("columns.datetime")) if time_format == "iso" else False
    if time_format.endswith(("Z", "%z")) or time_format in EPOCHS or offset:
        guess.set("time.zone", "UTC")
    elif named_zone := next(
        (match[0] for text in texts if (match := ZONE_NAMED.search(text)) and match[0] in timezones()), ""
    ):
        guess.set("time.zone", named_zone, "as the column says")
    elif any(ZONE_IN_NAME.search(text) for text in texts):
        guess.set("time.zone", "UTC", "as the column's name says")
    elif known := next((name for name, zones in of_rows.items() if zones <= timezones()), ""):
        guess.set("columns.zone", known)
        guess.set("time.zone", min(of_rows[known]), f"each row says it in `{known}`")
    else:
        guess.set("time.zone", zone, "a guess, the community's own; `UTC` if the file knows no change of the clock")


def _has_offsets(sheet: Sheet, name: str) -> bool:
    cells = sheet.head.column(name)
    return sum(bool(re.search(r"(Z|[+-]\d\d:?\d\d|[+-]\d\d)$", cell[10:])) for cell in cells) * 2 > len(cells)
