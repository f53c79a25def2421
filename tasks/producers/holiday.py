"""Public holidays, by the holidays package."""

import holidays
import polars as pl


def produce(years: pl.DataFrame) -> pl.DataFrame:
    """The public holidays of some years.

    Args:
        years: ``year``, ``country`` (ISO 3166), ``subdivision`` (of the country, or empty).

    Returns:
        ``local_date``, ``holiday_name``, one row per day.

    Raises:
        NotImplementedError: the holidays package does not know the country or its part.
    """
    named = {
        day: name
        for year, country, subdivision in years.select("year", "country", "subdivision").iter_rows()
        for day, name in holidays.country_holidays(country, subdivision or None, years=year, language="en_GB").items()
    }
    return pl.DataFrame(
        {"local_date": list(named), "holiday_name": list(named.values())},
        schema={"local_date": pl.Date, "holiday_name": pl.String},
    ).sort("local_date")
