"""Writes readings into meter files of any layout, and the mapping that describes it: what the mapping undoes."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

Reading = tuple[str, datetime, int]
"""A meter, the aware start of an interval, and its energy in Wh."""

UNITS = {"kWh": Decimal("0.001"), "Wh": Decimal(1), "total kWh": Decimal("0.001"), "total Wh": Decimal(1)}


@dataclass(frozen=True)
class Layout:
    """How a file is written."""

    zone: str = "Europe/Berlin"
    minutes: int = 30
    label: str = "start"
    end_as: str = "clock"
    unit: str = "kWh"
    sign: str = "consumption"
    by_day: str = ""
    decimal: str = "."
    delimiter: str = ";"
    encoding: str = "utf-8"
    header: bool = True
    skip_lines: int = 0
    footer_lines: int = 0
    meter_in: str = "column"
    time_format: str = "%d.%m.%Y %H:%M"
    splits_time: bool = False
    midnight_as_24: bool = False
    newest_first: bool = False
    gzipped: bool = False

    @property
    def step(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def is_total(self) -> bool:
        return self.unit.startswith("total")


def write(folder: Path, layout: Layout, readings: list[Reading], name: str = "file") -> tuple[Path, Path]:
    """Write readings and their mapping; gives the meter file and the mapping.

    The readings of a running total are the differences of what is written, and a first total is written before them.
    """
    rows = [_header(layout), *_body(layout, readings)] if layout.header else list(_body(layout, readings))
    lines = [f"Export {number}" for number in range(layout.skip_lines)]
    lines += [layout.delimiter.join(_quoted(cell, layout.delimiter) for cell in row) for row in rows]
    lines += [f"Sum{layout.delimiter}{number}" for number in range(layout.footer_lines)]
    content = ("\n".join(lines) + "\n").encode(layout.encoding)
    stem = f"{name}_{readings[0][0]}" if layout.meter_in == "name" else name
    path = folder / f"{stem}.csv{'.gz' if layout.gzipped else ''}"
    path.write_bytes(gzip.compress(content) if layout.gzipped else content)
    mapping = folder / "mapping.toml"
    mapping.write_text(_toml(layout), encoding="utf-8")
    return path, mapping


def whole_days(layout: Layout, first: date, days: int) -> list[datetime]:
    """The starts of all intervals of some local days, in UTC."""
    zone = ZoneInfo(layout.zone)
    start = datetime.combine(first, time.min, zone).astimezone(UTC)
    end = datetime.combine(first + timedelta(days=days), time.min, zone).astimezone(UTC)
    return [start + number * layout.step for number in range((end - start) // layout.step)]


def _body(layout: Layout, readings: list[Reading]) -> Iterator[list[str]]:
    meters = dict.fromkeys(meter for meter, *_ in readings)
    of_meters = {meter: sorted((at, wh) for its, at, wh in readings if its == meter) for meter in meters}
    write_rows = _day_rows if layout.by_day else _rows
    rows = [row for meter, its in of_meters.items() for row in write_rows(layout, meter, its)]
    yield from reversed(rows) if layout.newest_first else rows


def _rows(layout: Layout, meter: str, readings: list[tuple[datetime, int]]) -> Iterator[list[str]]:
    counted = 12_345
    if layout.is_total:
        yield _row(layout, meter, readings[0][0] - layout.step, counted)
    for start, wh in readings:
        counted += wh
        yield _row(layout, meter, start, counted if layout.is_total else wh)


def _row(layout: Layout, meter: str, start: datetime, wh: int) -> list[str]:
    label = shown(layout, start)
    cells = [f"{label:{layout.time_format}}"]
    if layout.midnight_as_24 and f"{label:%H:%M}" == "00:00":
        cells = [f"{label - timedelta(days=1):{layout.time_format}}".replace("00:00", "24:00")]
    if layout.splits_time:
        cells = cells[0].split(" ")
    return [*([meter] if layout.meter_in == "column" else []), *cells, number(layout, wh)]


def shown(layout: Layout, start: datetime) -> datetime:
    """What stands in the file for an interval."""
    zone = ZoneInfo(layout.zone)
    if layout.label == "start":
        return start.astimezone(zone)
    if layout.end_as == "clock":
        return (start + layout.step).astimezone(zone)
    return start.astimezone(zone).replace(tzinfo=None) + layout.step


def _day_rows(layout: Layout, meter: str, readings: list[tuple[datetime, int]]) -> Iterator[list[str]]:
    zone = ZoneInfo(layout.zone)
    slots = 1500 // layout.minutes if layout.by_day == "elapsed" else 1440 // layout.minutes
    days: dict[date, dict[int, int]] = {}
    for start, wh in readings:
        local = start.astimezone(zone)
        midnight = datetime.combine(local.date(), time.min, zone).astimezone(UTC)
        since = start - midnight if layout.by_day == "elapsed" else timedelta(hours=local.hour, minutes=local.minute)
        days.setdefault(local.date(), {})[since // layout.step] = wh
    for day, by_slot in days.items():
        cells = [number(layout, by_slot[slot]) if slot in by_slot else "" for slot in range(slots)]
        yield [*([meter] if layout.meter_in == "column" else []), f"{day:{layout.time_format}}", *cells]


def number(layout: Layout, wh: int) -> str:
    """A number of watt-hours in the file's unit and notation; exact, for a unit is a decimal part of another."""
    unit = UNITS.get(layout.unit) or Decimal(60) / (layout.minutes * 1000)
    return f"{Decimal(wh) * unit:f}".replace(".", layout.decimal)


def _header(layout: Layout) -> list[str]:
    times = ["Datum", "Uhrzeit"] if layout.splits_time else ["Zeit"]
    slots = 1500 // layout.minutes if layout.by_day == "elapsed" else 1440 // layout.minutes
    values = [f"hh_{slot}" for slot in range(slots)] if layout.by_day else ["Zählerstand, é"]
    return [*(["Zähler"] if layout.meter_in == "column" else []), *times, *values]


def _quoted(cell: str, delimiter: str) -> str:
    return f'"{cell}"' if delimiter in cell else cell


def _toml(layout: Layout) -> str:
    names = _header(layout) if layout.header else [f"column {n}" for n in range(1, len(_header(layout)) + 1)]
    meter = {"column": ("meter", names[0]), "id": ("meter_id", "M1"), "name": ("meter_from_file_name", "_([^.]+)")}
    first = 1 if layout.meter_in == "column" else 0
    columns: dict[str, object] = dict([meter[layout.meter_in]])
    if layout.by_day:
        columns |= {"date": names[first], "values": names[first + 1 :]}
    elif layout.splits_time:
        columns |= {"date": names[first], "time": names[first + 1], "value": names[-1]}
    else:
        columns |= {"datetime": names[first], "value": names[-1]}
    file = {"delimiter": layout.delimiter, "encoding": layout.encoding, "header": layout.header}
    file |= {"skip_lines": layout.skip_lines, "footer_lines": layout.footer_lines}
    times = {"format": layout.time_format, "zone": layout.zone, "period_minutes": layout.minutes}
    times |= {"day_columns": layout.by_day} if layout.by_day else {"label": layout.label}
    energy = {"unit": layout.unit, "sign": layout.sign, "decimal": layout.decimal}
    tables = {"file": file, "columns": columns, "time": times, "energy": energy}
    # What JSON makes of texts, numbers, truth and lists is TOML, too.
    keys = {name: [f"{key} = {json.dumps(value)}" for key, value in table.items()] for name, table in tables.items()}
    return "\n".join(['name = "any"', *(line for name in keys for line in (f"[{name}]", *keys[name]))])
