"""Spoiled answers: what a source reads in them, and what a strict reader finds."""

import json
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import polars as pl

from tests.support import silver
from tests.support.mutants import Mutant
from wattlake.tasks.sources import Request, source


def hold_to_answer(name: str, asked: Request, table: str, spoiled: Iterable[Mutant], **fetched: datetime) -> int:
    """Read mutants and type what is read; each valid row must be one its mutant holds. Gives how many were refused."""
    module = source(name)
    tried = [(mutant, rows_or_sentence(module, asked, mutant)) for mutant in spoiled]
    read = [(mutant, rows) for mutant, rows in tried if rows is not None]
    kept = silver.rows(table, name, *(rows for _, rows in read), **fetched)
    for landing_id, (mutant, rows) in enumerate(read, 1):
        of_it = [row for row in kept if row["_landing_id"] == landing_id]
        assert len(of_it) == len(rows), f"each row is typed or set aside: {mutant}"
        held = set(said_by(name, asked, mutant.content))
        for row in of_it:
            assert row["quarantine_reason"] or said(name, row) in held, f"{row} is not in {mutant}"
    return len(tried) - len(read)


def rows_or_sentence(module: ModuleType, asked: Request, mutant: Mutant) -> pl.DataFrame | None:
    """What a source reads in a mutant; ``None`` where it refuses it, as it should, in one sentence."""
    try:
        rows = module.read(asked, mutant.content)
    except ValueError as error:
        assert str(error).startswith(f"Asked {asked.url}, got `"), f"{error!r} of {mutant}"
        assert str(error).endswith("."), f"{error!r} of {mutant}"
        return None
    except Exception as error:
        raise AssertionError(f"{error!r} of {mutant}") from error
    assert set(rows.dtypes) == {pl.String}, f"text only: {mutant}"
    assert len(rows) > 0, f"an answer without rows is refused: {mutant}"
    return rows


def said(source: str, row: dict[str, Any]) -> tuple[Any, ...]:
    """A silver row as its source said it."""
    start = row["period_start_utc"]
    if source == "carbon_intensity":
        return start, row["forecast_gco2_per_kwh"], row["actual_gco2_per_kwh"]
    if source == "energy_charts":
        return start, round(float(row["spot_eur_per_mwh"]), 3)
    if source == "pvgis":
        return start, row["output_w_per_kwp"]
    return row["zone"], start, row["temperature_celsius"], row["shortwave_w_per_m2"], row["precipitation_mm"]


def said_by(source: str, asked: Request, body: bytes) -> Iterator[tuple[Any, ...]]:
    """What an answer says, read by plain rules of its format; places where it says nothing readable are left out."""
    answer = json.loads(body)
    if source == "carbon_intensity":
        for each in answer["data"]:
            values = each["intensity"]
            yield instant(each["from"], "%Y-%m-%dT%H:%MZ"), number(values["forecast"], 1), number(values["actual"], 1)
    elif source == "energy_charts":
        for seconds, price in zip(answer["unix_seconds"], answer["price"], strict=True):
            if (whole := number(seconds, 6)) is not None and 0 <= whole < 2**33:
                yield datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole), number(price, 3)
    elif source == "pvgis":
        peak = number(answer["inputs"]["pv_module"]["peak_power"], 9)
        for each in answer["outputs"]["hourly"]:
            start, output = instant(each["time"], "%Y%m%d:%H%M"), number(each["P"], 9)
            if start and output is not None and peak:
                yield start.replace(minute=0), round(output / peak, 2)
    else:
        places = answer if isinstance(answer, list) else [answer]
        for zone, forecast in zip(asked.asked["zone"], places, strict=True):
            hourly = forecast["hourly"]
            for position, label in enumerate(hourly["time"]):
                end = instant(label, "%Y-%m-%dT%H:%M")
                if end:
                    of_hour = [("temperature_2m", 2), ("shortwave_radiation", 1), ("precipitation", 2)]
                    values = [number(hourly[name][position], digits) for name, digits in of_hour]
                    yield zone, end - timedelta(hours=1), *values


def instant(text: Any, shape: str) -> datetime | None:
    """A time of a shape, read strictly."""
    try:
        read = datetime.strptime(text, shape).replace(tzinfo=UTC)
    except (ValueError, TypeError):
        return None
    return read if read.strftime(shape) == text else None


def number(value: Any, digits: int) -> float | None:
    """A finite number, whether written as one or as text."""
    try:
        read = float(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return round(read, digits) if math.isfinite(read) and not isinstance(value, bool) else None
