"""Histories from files of the public sets that backtests are run on, read without a lake.

- load: the London set's layouts (``tasks/sources/smart_meters``), half-hours, a file or a folder of them;
- price: ``unix_seconds,price_eur_per_mwh`` as CSV, or Energy-Charts' answers as JSON;
- solar: a building challenge's folder (CityLearn 2022): ``Building_*.csv`` and ``schema.json``.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl

from wattlake.tasks.forecasts.history import History, with_holidays
from wattlake.tasks.sources.smart_meters import SOURCE as SMART_METERS

HALF_HOURS = """
    select series, date_trunc('hour', start_utc) as period_start_utc, sum(kwh) as value
    from (
        select distinct on (series, start_utc) *
        from (
            select
                columns[1] as series, try_cast(left(columns[2], 19) as timestamp) as start_utc,
                try_cast(trim(columns[3]) as double) as kwh
            from (select [{columns}] as columns from read_csv($file, all_varchar = true))
        )
        where kwh is not null and start_utc is not null
        order by series, start_utc, kwh
    )
    group by all
    having count(*) = 2
"""
"""Hours of which both halves were read; of readings that contradict each other the smallest."""
LONDON = ("Europe/London", "GB-ENG")
PRICE_ZONES: Mapping[str, tuple[str, str]] = {
    "DE": ("Europe/Berlin", "DE"),
    "FR": ("Europe/Paris", "FR"),
    "NL": ("Europe/Amsterdam", "NL"),
    "AT": ("Europe/Vienna", "AT"),
}
"""Time zone and holidays by the country that a file's name begins its bidding zone with (price_DE-LU_…)."""

FONTANA = (34.1, -117.44)
FONTANA_CLOCK = "Etc/GMT+8"
FONTANA_FIRST_UTC = datetime(2021, 8, 1, 7, tzinfo=UTC)
"""The rows have no year, only month, hour and weekday; the first is hour 24 of a 31 July that is a Saturday."""
FONTANA_SKIPPED = 1
"""That hour alone is no day."""


def from_files(target: str, path: Path) -> History:
    """Read a target's history from files.

    Raises:
        ValueError: there is no such path, or nothing in it that is of a known layout.
    """
    if not path.exists():
        raise ValueError(f"There is no file or folder `{path}` to backtest on.")
    readers: Mapping[str, Callable[[Path], History]] = {"load": _load, "price": _price, "solar": _solar}
    return readers[target](path)


def _load(path: Path) -> History:
    parts = [_half_hours(file) for file in SMART_METERS.files(path)]
    rows = pl.concat([part for part in parts if part is not None]) if any(part is not None for part in parts) else None
    if rows is None or rows.is_empty():
        expected = " or ".join(",".join(layout) for layout in SMART_METERS.layouts)
        raise ValueError(f"There are no meter readings in `{path}`. Expected CSV files with the header {expected}.")
    return History(with_holidays(rows, *LONDON, 60), f"{rows['series'].n_unique()} homes of {path.name}")


def _half_hours(file: Path) -> pl.DataFrame | None:
    """Read a file's hours; None where it is of another layout."""
    with file.open(encoding="utf-8") as lines:
        header = tuple(name.strip() for name in lines.readline().split(","))
    layout = next((layout for layout in SMART_METERS.layouts if set(layout) <= set(header)), None)
    if layout is None:
        return None
    columns = ", ".join(f'"{name}"' for name in layout)
    with duckdb.connect() as connection:
        return connection.execute(HALF_HOURS.format(columns=columns), {"file": str(file)}).pl()


def _price(path: Path) -> History:
    files = sorted(path.glob("*.*")) if path.is_dir() else [path]
    parts = [_prices(file) for file in files if file.suffix in (".csv", ".json")]
    if not parts:
        raise ValueError(f"There are no prices in `{path}`. Expected CSV or JSON files with unix_seconds and prices.")
    rows = pl.concat(parts).unique("period_start_utc", keep="last").sort("period_start_utc")
    spacing = rows["period_start_utc"].diff().min()
    zone = next((part for part in files[0].stem.split("_") if part[:2] in PRICE_ZONES), "DE-LU")
    slot_minutes = 15 if spacing == timedelta(minutes=15) else 60
    days = with_holidays(rows.with_columns(series=pl.lit(zone)), *PRICE_ZONES[zone[:2]], slot_minutes)
    return History(days, f"prices of {zone} in {path.name}")


def _prices(file: Path) -> pl.DataFrame:
    if file.suffix == ".json":
        answer = json.loads(file.read_text(encoding="utf-8"))
        table = pl.DataFrame({"unix_seconds": answer["unix_seconds"], "price": answer["price"]})
    else:
        table = pl.read_csv(file)
    if "unix_seconds" not in table.columns or table.width != 2:
        raise ValueError(f"{file.name} has the columns {table.columns}; expected unix_seconds and one of prices.")
    price = next(name for name in table.columns if name != "unix_seconds")
    return table.select(
        period_start_utc=pl.from_epoch("unix_seconds").cast(pl.Datetime("us")), value=pl.col(price).cast(pl.Float64)
    ).drop_nulls()


def _solar(path: Path) -> History:
    schema = path / "schema.json"
    if not schema.is_file():
        raise ValueError(f"There is no schema.json in `{path}`. Expected a folder of it and Building_*.csv.")
    parts = [
        pl.read_csv(file, columns=["solar_generation"]).select(
            series=pl.lit(file.stem),
            period_start_utc=pl.lit(FONTANA_FIRST_UTC.replace(tzinfo=None)) + pl.duration(hours=pl.int_range(pl.len())),
            value=pl.col("solar_generation") / 1000,
        )[FONTANA_SKIPPED:]
        for file in sorted(path.glob("Building_*.csv"))
    ]
    rows = pl.concat(parts).with_columns(pl.col("period_start_utc").cast(pl.Datetime("us")))
    return History(with_holidays(rows, FONTANA_CLOCK, "US", 60), f"{len(parts)} homes of {path.name}", FONTANA)
