"""The units of energy, power and time that files are written in."""

from decimal import Decimal

W_PER_UNIT = {"W": 1, "kW": 1_000, "MW": 1_000_000}
KWH_PER_UNIT = {"kWh": Decimal(1), "Wh": Decimal("0.001"), "MWh": Decimal(1000)}
KW_PER_UNIT = {"kW": Decimal(1), "W": Decimal("0.001"), "MW": Decimal(1000)}
MINUTES_OF_HOUR = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60)
"""The lengths of periods that divide an hour, in minutes."""

GRID_MINUTES = (15, 30, 60)
"""The lengths of the periods that silver keeps, in minutes."""


def grid_minutes(period_minutes: int) -> int:
    """Give the length of the periods that shorter ones are summed up to, in minutes."""
    return next(minutes for minutes in GRID_MINUTES if minutes % period_minutes == 0)


def minutes_by_text() -> dict[str, int]:
    """Give the minutes of a period by the texts that stand for it.

    They are in small letters and without blanks: a number of minutes, one with its unit, or the duration of ISO 8601,
    such as 15, 15min or pt15m.
    """
    minutes = {
        form.format(number): number
        for number in MINUTES_OF_HOUR
        for form in ("{}", "{}m", "{}min", "{}min.", "{}minutes", "{}minuten", "pt{}m", "pt{:02}m", "{:02}:00")
    }
    return {**minutes, **dict.fromkeys(("pt1h", "pt01h", "1h", "1hour", "hour", "hourly", "h"), 60)}
