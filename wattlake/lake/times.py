"""Turn instants from aware, as in Python, to UTC without an offset, as in the lake."""

from datetime import UTC, date, datetime, timedelta

ONE_DAY = timedelta(days=1)


def naive_utc(instant: datetime) -> datetime:
    """Give an aware instant as the lake stores it: in UTC, without an offset."""
    return instant.astimezone(UTC).replace(tzinfo=None)


def aware_utc(stored: datetime) -> datetime:
    """Give an instant that the lake stores as Python compares it: with its offset, UTC."""
    return stored.replace(tzinfo=UTC)


def utc_day(instant: datetime) -> date:
    """Give the day of UTC on which an aware instant is."""
    return instant.astimezone(UTC).date()
