"""Layouts that are read without a mapping: which one a file has."""

from pathlib import Path
from typing import NamedTuple

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.headers import header_of
from wattlake.lake.landing.layouts import recognise
from wattlake.lake.mapping import AnyMapping, RegisterMapping
from wattlake.tasks.sources import inverters, members, prices, smart_meters, weather

ZONES = {"smart_meters": ", in UTC"}
NAMES = {"smart_meters": "London", "inverters": "built-in plant"}


class KnownLayout(NamedTuple):
    """How a file is read that needs no mapping.

    Attributes:
        sentence: says so.
        mapping: that reads it; ``None`` for CSV that goes to bronze as it is.
    """

    sentence: str
    mapping: AnyMapping | None


def known_layout(path: Path) -> KnownLayout | None:
    """Find the layout of a file that needs no mapping; ``None`` for any other."""
    for source in (smart_meters.SOURCE, inverters.SOURCE, members.SOURCE, prices.SOURCE, weather.SOURCE):
        try:
            header_of(path, source.name, source.layouts)
        except (UnreadableFileError, ValueError):
            continue
        return KnownLayout(
            _sentence(path, NAMES.get(source.name, "built-in"), ZONES.get(source.name, ""), source.name), None
        )
    layout = recognise(path)
    if layout is None:
        return None
    name = layout.name.removeprefix("layout-")
    mapping = layout.mapping
    zone = "" if isinstance(mapping, RegisterMapping) else f", in {mapping.time.zone}"
    return KnownLayout(_sentence(path, name, zone, mapping.SOURCE), mapping)


def _sentence(path: Path, layout: str, zone: str, source: str) -> str:
    return (
        f"{path.name} has the {layout} layout: it is read as it is{zone}, and needs no mapping. "
        f"Put it into the inbox of `{source}`."
    )
