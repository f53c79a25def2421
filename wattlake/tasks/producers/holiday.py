"""Public holidays, by the holidays package."""

from datetime import date

import holidays
import polars as pl


def produce(years: pl.DataFrame) -> pl.DataFrame:
    """The public holidays of some years.

    Args:
        years: ``year``, ``region`` (ISO 3166: a country such as ``FR``, or a part of one such as ``GB-ENG``).

    Returns:
        ``local_date``, ``holiday_name``, one row per day.

    Raises:
        ValueError: the holidays package does not know the region.
    """
    named = {
        day: name
        for year, region in years.select("year", "region").iter_rows()
        for day, name in _of_year(year, region).items()
    }
    return pl.DataFrame(
        {"local_date": list(named), "holiday_name": list(named.values())},
        schema={"local_date": pl.Date, "holiday_name": pl.String},
    ).sort("local_date")


def _of_year(year: int, region: str) -> dict[date, str]:
    country, _, part = region.partition("-")
    try:
        return dict(holidays.country_holidays(country, part or None, years=year, language="en_GB"))
    except NotImplementedError as error:
        raise ValueError(f"WATTLAKE_HOLIDAYS={region}: no holidays are known there. {error}") from error
