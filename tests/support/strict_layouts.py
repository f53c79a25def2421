"""Files of the built-in CSV layouts, written from their mappings, and a strict reader of such files."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from tests.support.meter_mutants import NUMBER
from wattlake.lake.mapping import Mapping

FIRST = datetime(2025, 3, 29, 22, tzinfo=UTC)
KWH = {"kwh": Decimal(1), "wh": Decimal("0.001"), "mwh": Decimal(1000)}
KW = {"kw": Decimal(1), "w": Decimal("0.001"), "mw": Decimal(1000)}
OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$")
Cells = dict[str, str]


def file_of(mapping: Mapping, rows: int = 28) -> bytes:
    """A file of a layout, with readings of a night in which clocks change."""
    assert mapping.recognise is not None
    above = {name: _above(mapping, name) for name in mapping.recognise.above}
    names = [*mapping.recognise.header]
    step = timedelta(minutes=_minutes(mapping))
    target = io.StringIO()
    lines = csv.writer(target, delimiter=mapping.file.delimiter, lineterminator="\n")
    lines.writerows([[name, text] for name, text in above.items()])
    lines.writerow(names)
    for number in range(rows):
        start = FIRST + number * step
        cells = _times(mapping, start, step) | _words(mapping) | {"Duration": str(_minutes(mapping))}
        for position, name in enumerate([*mapping.columns.consumed, *mapping.columns.produced]):
            cells[name] = f"{(number + position) * 137 % 1000 / 1000:.3f}".replace(".", mapping.energy.decimal)
        lines.writerow([cells.get(name, "") for name in names])
    return target.getvalue().encode()


def _minutes(mapping: Mapping) -> int:
    return mapping.time.period_minutes if isinstance(mapping.time.period_minutes, int) else 15


def _above(mapping: Mapping, name: str) -> str:
    wanted = mapping.where.get(name, [""])[0]
    return wanted or ("kWh" if name == mapping.columns.unit else _words(mapping).get(name, "M123456"))


def _words(mapping: Mapping) -> Cells:
    columns = mapping.columns
    words = {name: texts[0] for name, texts in mapping.where.items()}
    words |= {columns.meter: "M123456"} if columns.meter else {}
    words |= {columns.direction: next(iter(mapping.directions))} if columns.direction else {}
    words |= {columns.quality: next(iter(mapping.qualities))} if columns.quality else {}
    return words | ({columns.unit: "kWh"} if columns.unit else {})


def _times(mapping: Mapping, start: datetime, step: timedelta) -> Cells:
    columns, time = mapping.columns, mapping.time
    zone = ZoneInfo(time.zone)
    local = (start + step if mapping.labels_ends else start).astimezone(zone)
    if columns.datetime:
        text = local.isoformat() if time.format == "iso" else f"{local:{time.formats[0]}}"
        return {columns.datetime: text}
    assert columns.date and columns.time
    if time.hours:
        midnight = start.astimezone(zone).replace(hour=0, minute=0).astimezone(UTC)
        return {
            columns.date: f"{start.astimezone(zone):{time.formats[0]}}",
            columns.time: f"{(start - midnight) // step + 1}",
        }
    date, _, clock = f"{local:{time.formats[0]}}".partition(" ")
    return {columns.date: date, columns.time: clock}


def unexplained(content: bytes, mapping: Mapping, kept: list[tuple[str, datetime, int, Decimal]]) -> list[object]:
    """List the readings (meter, start in UTC, minutes, kWh) that no row of a file says, read strictly."""
    text = content.decode("utf-8-sig", "replace")
    cells_there = {
        cell.strip()
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=mapping.file.delimiter)
        for cell in line
    }
    rows = list(_rows(text, mapping))
    written_by = {minutes: _said(rows, mapping, minutes) for minutes in {minutes for _, _, minutes, _ in kept}}
    return [
        reading for reading in kept
        if (reading[1], reading[3]) not in written_by[reading[2]]
        or (mapping.columns.meter and reading[0].removesuffix("-production") not in cells_there)
    ]  # fmt: skip


def _rows(text: str, mapping: Mapping) -> Iterator[Cells]:
    """Every row below a header, as wide as that."""
    assert mapping.recognise is not None
    wanted = {name.casefold() for name in mapping.recognise.header}
    names: list[str] = []
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=mapping.file.delimiter):
        stripped = [cell.strip() for cell in cells]
        if not names and wanted <= {cell.casefold() for cell in stripped}:
            names = stripped
        elif names and not any(stripped[len(names) :]):
            yield dict(zip(names, stripped, strict=False))


def _said(rows: list[Cells], mapping: Mapping, minutes: int) -> set[tuple[datetime, Decimal]]:
    """Give the starts and energies that rows may mean, were their intervals so long."""
    spelled = {name.casefold(): name for name in mapping.needed}
    readings: set[tuple[datetime, Decimal]] = set()
    for row in rows:
        cells = {spelled.get(name.casefold(), name): text for name, text in row.items()}
        for start in _starts(cells, mapping, minutes):
            readings |= {(start, energy) for energy in _energies(cells, mapping, minutes)}
    return readings


def _energies(cells: Cells, mapping: Mapping, minutes: int) -> Iterator[Decimal]:
    unit = (mapping.energy.unit or cells.get(mapping.columns.unit or "", "") or "kWh").casefold()
    for name in (*mapping.columns.consumed, *mapping.columns.produced):
        text = cells.get(name, "").replace(mapping.energy.decimal, ".")
        if not NUMBER.fullmatch(text) or (unit not in KWH and unit not in KW):
            continue
        size = KWH.get(unit) or KW[unit] * minutes / 60
        yield (Decimal(text.strip()) * size).quantize(Decimal("0.000001"))


def _starts(cells: Cells, mapping: Mapping, minutes: int) -> Iterator[datetime]:
    columns, time, step = mapping.columns, mapping.time, timedelta(minutes=minutes)
    zone = ZoneInfo(time.zone)
    date, clock = cells.get(columns.date or columns.datetime or "", ""), cells.get(columns.time or "", "")
    if time.hours:
        for day in _local(date, time.formats, zone):
            if re.fullmatch(r"\s*\d{1,2}\s*", clock, re.ASCII):
                yield (day.astimezone(UTC) + (int(clock) - 1) * step).replace(tzinfo=None)
        return
    for at in _local(f"{date} {clock}".strip(), time.formats, zone):
        yield from {
            (at.astimezone(UTC) - (step if mapping.labels_ends else 0 * step)).replace(tzinfo=None),
            (at - (step if mapping.labels_ends else 0 * step)).astimezone(UTC).replace(tzinfo=None),
        }


def _local(text: str, formats: list[str], zone: ZoneInfo) -> Iterator[datetime]:
    """Give the instants that a text may mean: two in the hour that comes twice."""
    text, days = re.sub(r"\b24(:00)", r"00\1", text), len(re.findall(r"[ T]24:00", text))
    for time_format in formats:
        try:
            at = datetime.fromisoformat(text) if time_format == "iso" else datetime.strptime(text, time_format)  # noqa: DTZ007
        except ValueError:
            continue
        for fold in (0, 1):
            aware = at if at.tzinfo else (at + timedelta(days=days)).replace(tzinfo=zone, fold=fold)
            yield aware
