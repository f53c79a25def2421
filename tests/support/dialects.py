"""Writes random readings as rows of a random dialect of the mapping's grammar, with the mapping that undoes it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

Reading = tuple[str, datetime, int, bool]
"""A meter, the aware start of an interval, its energy in mWh, and whether it was produced."""

KWH = {"kWh": Decimal(1), "Wh": Decimal("0.001"), "MWh": Decimal(1000)}
KW = {"kW": Decimal(1), "W": Decimal("0.001"), "MW": Decimal(1000)}
LOCAL = {
    "%d.%m.%Y %H:%M": "", "%d/%m/%Y %H:%M:%S": "", "%m/%d/%Y %I:%M %p": "", "%Y%m%d%H%M": "", "%d-%b-%Y %H.%M": "",
    "iso": "%Y-%m-%d %H:%M:%S",
}  # fmt: skip
PER_SECOND = {"epoch s": 1, "epoch ms": 1_000, "epoch us": 1_000_000}
FLOWS = {"in": "consumption", "out": "production"}


@dataclass(frozen=True)
class Dialect:
    """How rows are written; the names of the fields are those of the mapping's keys, where there is one."""

    minutes: int = 15
    meter: str = "column"
    flow: str = "none"
    unit: str = "kWh"
    unit_in_rows: bool = False
    factor: str = "1"
    decimal: str = "."
    thousands: str | None = None
    minus: str = "{}-"
    time_format: str = "iso"
    zone: str = "UTC"
    zone_in_rows: bool = False
    label: str = "start"
    between: bool = False
    suffix: bool = False
    split: str = ""
    period: str = "fixed"
    words_between: bool = False


def rows_of(dialect: Dialect, readings: list[Reading], random: Random) -> Iterator[dict[str, str]]:
    """Write readings as rows; those of one meter and start stand in one row where the dialect has them together."""
    together: dict[tuple[Any, ...], dict[str, int]] = {}
    for meter, start, mwh, is_produced in readings:
        flow = "out" if is_produced else "in"
        row = (start, *([] if dialect.meter == "columns" else [meter]), *([flow] if dialect.flow == "rows" else []))
        column = meter if dialect.meter == "columns" else "made" if dialect.flow == "columns" and is_produced else "v"
        sign = -1 if dialect.flow == "net" and is_produced else 1
        cells = together.setdefault(row, {})
        cells[column] = cells.get(column, 0) + sign * mwh
    for (start, *rest), cells in together.items():
        named = {"m": rest[0]} if dialect.meter == "column" else {}
        named |= {"f": rest[-1]} if dialect.flow == "rows" else {}
        yield from _rows(dialect, start, named, cells, random)


def _rows(
    dialect: Dialect, start: datetime, named: dict[str, str], cells: dict[str, int], random: Random
) -> Iterator[dict[str, str]]:
    zone = random.choice(["Europe/Berlin", "UTC", "America/New_York"]) if dialect.zone_in_rows else dialect.zone
    unit = random.choice([*KWH, *KW]) if dialect.unit_in_rows else dialect.unit
    row = named | {"t": _time(dialect, start, zone), "u": unit.upper() if dialect.unit_in_rows else "", "z": zone}
    row |= {"p": {15: "PT15M", 30: "30 min", 60: "1h", 5: "5", 10: "10 minutes"}[dialect.minutes], "kind": "power"}
    if dialect.words_between:
        yield row | dict.fromkeys(cells, "7") | {"kind": "gas"}
        yield row | dict.fromkeys(cells, "9999999") | {"note": "Sum"}
    if not dialect.split:
        yield row | {name: _number(dialect, mwh, unit) for name, mwh in cells.items()}
        return
    part = {name: int(mwh * random.random()) for name, mwh in cells.items()}
    rest = {name: mwh - part[name] for name, mwh in cells.items()}
    first, second = ({name: _number(dialect, mwh, unit) for name, mwh in some.items()} for some in (part, rest))
    if dialect.split == "rows":
        yield row | first | {"r": "T1"}
        yield row | second | {"r": "T2"}
    else:
        yield row | first | {f"{name}2": text for name, text in second.items()}


def _time(dialect: Dialect, start: datetime, zone: str) -> str:
    step = timedelta(minutes=dialect.minutes)
    at = start + step if dialect.label == "end" else start
    if dialect.between:
        return f"{_one_time(dialect, start, zone)} / {_one_time(dialect, start + step, zone)}"
    return _one_time(dialect, at, zone) + (" DST" if dialect.suffix else "")


def _one_time(dialect: Dialect, at: datetime, zone: str) -> str:
    if dialect.time_format in PER_SECOND:
        return str(int(at.timestamp()) * PER_SECOND[dialect.time_format])
    if dialect.time_format == "iso with an offset":
        return at.astimezone(ZoneInfo("Europe/Berlin")).isoformat()
    return at.astimezone(ZoneInfo(zone)).strftime(LOCAL[dialect.time_format] or dialect.time_format)


def _number(dialect: Dialect, mwh: int, unit: str) -> str:
    kwh = Decimal(mwh) / 1_000_000
    amount = kwh * 60 / dialect.minutes / KW[unit] if unit in KW else kwh / KWH[unit]
    text = f"{abs(amount / Decimal(dialect.factor)):f}"
    whole, _, decimals = text.partition(".")
    if dialect.thousands:
        whole = f"{int(whole):,}".replace(",", dialect.thousands)
    written = whole + (dialect.decimal + decimals if decimals else "")
    return dialect.minus.format(written) if amount < 0 else written


def mapping_of(dialect: Dialect, meters: list[str]) -> str:
    """Write the mapping of a dialect as TOML."""
    split = dialect.split == "columns"
    columns: dict[str, object] = {"datetime": "t"}
    columns |= {"column": {"meter": "m"}, "id": {"meter_id": "M0"}, "columns": {"meters": meters}}[dialect.meter]
    columns |= {} if dialect.meter == "columns" else {"value": ["v", "v2"] if split else "v"}
    columns |= {"production": ["made", "made2"] if split else "made"} if dialect.flow == "columns" else {}
    columns |= {"direction": "f"} if dialect.flow == "rows" else {}
    columns |= {"register": "r"} if dialect.split == "rows" else {}
    columns |= {"unit": "u"} if dialect.unit_in_rows else {}
    columns |= {"period": "p"} if dialect.period == "rows" else {}
    columns |= {"zone": "z"} if dialect.zone_in_rows else {}
    is_absolute = dialect.time_format in PER_SECOND or dialect.time_format == "iso with an offset"
    time: dict[str, object] = {"format": dialect.time_format.removesuffix(" with an offset"), "label": dialect.label}
    time |= {"zone": "UTC" if is_absolute else dialect.zone}
    time |= {"between": " / "} if dialect.between else {}
    time |= {"suffix": ["DST"]} if dialect.suffix else {}
    period = {"fixed": dialect.minutes, "steps": "steps", "rows": None}[dialect.period]
    time |= {"period_minutes": period} if period else {}
    energy: dict[str, object] = {"decimal": dialect.decimal, "factor": dialect.factor}
    energy |= {"thousands": dialect.thousands} if dialect.thousands else {}
    energy |= {} if dialect.unit_in_rows else {"unit": dialect.unit}
    energy |= {"sign": "net"} if dialect.flow == "net" else {}
    tables: dict[str, dict[str, Any]] = {"columns": columns, "time": time, "energy": energy}
    tables |= {"directions": FLOWS} if dialect.flow == "rows" else {}
    tables |= {"where": {"kind": ["power"]}, "where_not": {"note": ["Sum"]}} if dialect.words_between else {}
    lines = ['name = "any"']
    for name, keys in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())]
    return "\n".join(lines)


def expected(dialect: Dialect, readings: list[Reading]) -> list[tuple[str, datetime, int, int]]:
    """Give what a build has of readings: meter, start, minutes and mWh; short intervals are summed up."""
    grid = {5: 15, 10: 30}.get(dialect.minutes, dialect.minutes)
    summed: dict[tuple[str, datetime], int] = {}
    for meter, start, mwh, is_produced in readings:
        begin = datetime.fromtimestamp(start.timestamp() // (grid * 60) * grid * 60, UTC)
        for whose, amount in ((meter, 0 if is_produced else mwh), (f"{meter}-production", mwh if is_produced else 0)):
            if whose == meter and is_produced and dialect.flow != "net":
                continue
            if whose != meter and not is_produced and dialect.flow != "net":
                continue
            summed[whose, begin] = summed.get((whose, begin), 0) + amount
    return sorted((whose, begin, grid, mwh) for (whose, begin), mwh in summed.items())
