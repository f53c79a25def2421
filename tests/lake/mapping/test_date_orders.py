"""Files that write some dates day first and others month first: none is read as a day that it may not be of."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from wattlake.lake.mapping import MappingError, read_mapping
from wattlake.lake.mapping.readings import DOUBTFUL_ORDER, OTHER_ORDER, try_mapping

DAY, MONTH = "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
HOURS = 24 * 70
TOML = """
name = "any"
columns = {meter_id = "M", datetime = "t", value = "v"}
time = {format = FORMAT, zone = "UTC", label = "start", period_minutes = 60}
energy = {unit = "kWh"}
"""


def read(time_format: str, written: Callable[[datetime], str]) -> tuple[dict[datetime, int], dict[str, int]]:
    """The readings of seventy days by their instants, and how many others by reason."""
    mapping = read_mapping(TOML.replace("FORMAT", json.dumps(time_format)), "The test")
    at = [FIRST + timedelta(hours=hour) for hour in range(HOURS)]
    cells = [json.dumps({"t": f"{one:{written(one)}}", "v": str(hour % 997)}) for hour, one in enumerate(at)]
    readings = try_mapping(mapping, "any.csv", enumerate(cells, 2), datetime(2026, 1, 1, tzinfo=UTC))
    kept: dict[datetime, int] = {}
    reasons: dict[str, int] = {}
    for start, kwh, reason in readings.select("period_start_utc", "energy_kwh", "quarantine_reason").rows():
        if reason is None:
            kept[start.replace(tzinfo=UTC)] = int(kwh)
        else:
            reasons[reason] = reasons.get(reason, 0) + 1
    return kept, reasons


MIXTURES: dict[str, Callable[[datetime], str]] = {
    "month first from February": lambda at: DAY if at.month == 1 else MONTH,
    "month first in the first days of February, when a 13th never comes": lambda at: (
        MONTH if at.month == 2 and at.day < 13 else DAY
    ),
    "by turns": lambda at: MONTH if at.hour % 2 else DAY,
    "month first to the last day": lambda at: MONTH if at < FIRST + timedelta(days=69) else DAY,
}


@pytest.mark.parametrize("mixture", MIXTURES)
@pytest.mark.parametrize("time_format", [DAY, MONTH])
def test_no_reading_of_a_file_with_both_orders_is_kept_at_another_time(mixture: str, time_format: str):
    kept, reasons = read(time_format, MIXTURES[mixture])
    assert kept == {at: hour for at, hour in kept.items() if hour == (at - FIRST) // timedelta(hours=1) % 997}
    assert sum(reasons.values()) + len(kept) == HOURS
    assert {OTHER_ORDER, DOUBTFUL_ORDER} & reasons.keys()


@pytest.mark.parametrize("time_format", [DAY, MONTH, "%d-%m-%Y %H:%M", "%d.%m.%Y %H:%M", "%Y/%m/%d %H:%M"])
def test_a_file_with_one_order_is_read_whole(time_format: str):
    kept, reasons = read(time_format, lambda at: time_format)
    assert (len(kept), reasons) == (HOURS, {})


def test_a_mapping_names_one_order():
    with pytest.raises(MappingError, match="read a date up to the 12th in two ways"):
        read_mapping(TOML.replace("FORMAT", json.dumps([DAY, MONTH])), "The test")
