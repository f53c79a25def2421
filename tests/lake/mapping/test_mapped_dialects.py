"""Whatever dialect of a mapping's grammar readings are written in, just those are read, and at their times."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.dialects import KW, KWH, LOCAL, PER_SECOND, Dialect, Reading, expected, mapping_of, rows_of
from tests.support.full import IS_FULL
from wattlake.lake.mapping import read_mapping
from wattlake.lake.mapping.readings import NO_READINGS, try_mapping

AT = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = [datetime(2024, 2, 28, tzinfo=UTC), datetime(2025, 5, 11, 22, tzinfo=UTC), datetime(2025, 12, 31, tzinfo=UTC)]


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    meter = draw(st.sampled_from(["column", "id", "columns"]))
    flow = draw(st.sampled_from(["none", "rows", "net", *([] if meter == "columns" else ["columns"])]))
    splits = ["", *([] if meter == "columns" else ["columns", *([] if flow == "columns" else ["rows"])])]
    time_format = draw(st.sampled_from([*LOCAL, *PER_SECOND, "iso with an offset"]))
    is_local = time_format in LOCAL
    label = draw(st.sampled_from(["start", "end"]))
    decimal = draw(st.sampled_from([".", ","]))
    return Dialect(
        minutes=draw(st.sampled_from([5, 10, 15, 30, 60])),
        meter=meter,
        flow=flow,
        unit=draw(st.sampled_from([*KWH, *KW])),
        unit_in_rows=draw(st.booleans()),
        factor=draw(st.sampled_from(["1", "0.5", "40", "0.001"])),
        decimal=decimal,
        thousands=draw(st.sampled_from([None, "'", " ", "," if decimal == "." else "."])),
        minus=draw(st.sampled_from(["-{}", "{}-", "\u2212{}", "{} -"])),
        time_format=time_format,
        zone=draw(st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"])),
        zone_in_rows=is_local and draw(st.booleans()),
        label=label,
        between=draw(st.booleans()),
        suffix=is_local and draw(st.booleans()),
        split=draw(st.sampled_from(splits)),
        period=draw(st.sampled_from(["fixed", "steps", "rows"])),
        words_between=draw(st.booleans()),
    )


def some_readings(dialect: Dialect, random: Random) -> list[Reading]:
    """Six hours of one to three meters, some of them produced where the dialect can say so."""
    start = random.choice(DAYS)
    meters = ["M0"] if dialect.meter == "id" else ["M0", "0047", "AT 01"][: random.randint(1, 3)]
    readings: list[Reading] = []
    for meter in meters:
        for number in range(360 // dialect.minutes):
            at = start + timedelta(minutes=dialect.minutes * number)
            amount = random.choice([0, random.randint(1, 999), random.randint(1000, 90_000_000)])
            is_produced = dialect.flow == "net" and random.random() < 0.5
            readings.append((meter, at, amount, is_produced))
            if dialect.flow in ("rows", "columns"):
                readings.append((meter, at, random.randint(0, 90_000_000), True))
    return readings


@settings(max_examples=300 if IS_FULL else 20, deadline=None, derandomize=True)
@given(dialect=dialects(), seed=st.integers(0, 10**6))
def test_what_is_written_in_any_dialect_is_read_back(dialect: Dialect, seed: int):
    random = Random(seed)
    readings = some_readings(dialect, random)
    mapping = read_mapping(mapping_of(dialect, sorted({meter for meter, *_ in readings})), "The test")
    written = enumerate(map(json.dumps, rows_of(dialect, readings, random)), 2)
    read = try_mapping(mapping, "any.csv", written, AT)
    aside = read.drop_nulls("quarantine_reason").filter(~pl.col("quarantine_reason").is_in(NO_READINGS))
    assert aside.select("line", "quarantine_reason").rows() == []
    names = ("meter_id", "period_start_utc", "period_minutes", (pl.col("energy_kwh") * 1_000_000).cast(pl.Int64))
    kept = read.filter(pl.col("quarantine_reason").is_null()).select(*names).rows()
    assert sorted((meter, at.replace(tzinfo=UTC), *rest) for meter, at, *rest in kept) == expected(dialect, readings)
