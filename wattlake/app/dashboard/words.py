"""What people ask first, in sentences: how much is expected, when, and what it brings."""

from datetime import date, datetime, timedelta

import polars as pl

from wattlake.app.dashboard.cards import energy
from wattlake.app.dashboard.queries.surplus import Surplus


def day_in_words(day: date, today: date) -> str:
    """Name a day: Today, Tomorrow, or the day itself."""
    return {today: "Today", today + timedelta(days=1): "Tomorrow"}.get(day, f"{day:%a %-d %b %Y}")


def surplus_in_words(surplus: Surplus, today: date) -> str:
    """Write the surplus of a day, what selling it brings and how sure that is, as Markdown."""
    when = f"{day_in_words(surplus.day, today)} {hours_in_words(surplus.first, surplus.end)}"
    brings = ""
    if surplus.lower_eur is not None and surplus.upper_eur is not None:
        brings = f"; selling brings **{max(surplus.lower_eur, 0):,.2f}–{surplus.upper_eur:,.2f} EUR**"
    return f"{when}: **{energy(surplus.energy_kwh)}** surplus expected{brings}; {chance(surplus.sure_ratio)} sure."


def chance(ratio: float) -> str:
    """Write a chance in per cent; one that is all but sure is not called sure."""
    return "more than 99 %" if ratio > 0.99 else f"{ratio:.0%}".replace("%", " %")


def hours_in_words(first: datetime, end: datetime) -> str:
    """Write a stretch of hours: ``10–16 h``, with minutes only where there are any."""
    until = end.hour or 24
    if first.minute or end.minute:
        return f"{first:%H:%M}–{end:%H:%M}"
    return f"{first.hour}–{until} h"


def best_hours(slots: pl.DataFrame, places: int) -> str:
    """Write the best slots to run a load in, by the clock; neighbouring ones together.

    Args:
        slots: ``local_start``, ``period_minutes`` and ``load_place``, in the order of time.
        places: how many of the best.
    """
    stretches: list[list[datetime]] = []
    for start, minutes in slots.filter(pl.col("load_place") <= places).select("local_start", "period_minutes").rows():
        end = start + timedelta(minutes=minutes)
        if stretches and stretches[-1][1] == start:
            stretches[-1][1] = end
        else:
            stretches.append([start, end])
    return ", ".join(hours_in_words(first, end) for first, end in stretches)


def cents(eur_per_kwh: float) -> str:
    """Write a price in ct, of a kWh."""
    return f"{100 * eur_per_kwh:,.1f}"


def ago(seconds: float) -> str:
    """Write an age roughly: in minutes, hours or days."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length or (seconds >= length and unit == "minute"):
            number = int(seconds // length)
            return f"{number:,} {unit}{'s' if number != 1 else ''} ago"
    return "just now"
