"""The readings of a simulated community, for a replay that needs no lake."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from wattlake.app.sandbox import PROVENANCE
from wattlake.app.sandbox.homes import Measured, flawless
from wattlake.tasks.streaming.replayed import MWH, Meter, Reading

HALF_HOUR = timedelta(minutes=30)


class SimulatedReadings:
    """A simulated community's meters and readings, without the blemishes of its files."""

    def __init__(self, members: int, *, days: int, until: date, seed: int) -> None:
        """Simulate so many days up to a day, which is not among them."""
        self._measured: Sequence[Measured] = flawless(members, days, seed, until)

    def readings(self, from_utc: datetime, to_utc: datetime) -> Iterator[Reading]:
        """Give the readings that start in a stretch, in order of their starts."""
        begin, end = from_utc.timestamp(), to_utc.timestamp()
        slots = sorted(
            (second, meter.meter_id, meter.is_production, energy_wh)
            for meter in self._measured
            for second, energy_wh in zip(meter.unix_seconds.tolist(), meter.energy_wh.tolist(), strict=True)
            if begin <= second < end
        )
        for second, meter_id, is_production, energy_wh in slots:
            direction = "production" if is_production else "consumption"
            start = datetime.fromtimestamp(second, UTC)
            yield Reading(meter_id, direction, start, HALF_HOUR, energy_wh * 1000 * MWH, PROVENANCE)

    def meters(self, from_utc: datetime, to_utc: datetime) -> list[Meter]:
        """List the meters that measure all of a stretch, with the most power they had."""
        begin, end = from_utc.timestamp(), to_utc.timestamp() - HALF_HOUR.total_seconds()
        return [
            Meter(
                meter.meter_id,
                "production" if meter.is_production else "consumption",
                Decimal(int(meter.energy_wh.max())) * 2 / 1000,
            )
            for meter in self._measured
            if meter.unix_seconds.size and meter.unix_seconds[0] <= begin and meter.unix_seconds[-1] >= end
        ]

    def shortest_period(self, from_utc: datetime, to_utc: datetime) -> timedelta | None:
        """Give half an hour, where any meter measures a part of a stretch."""
        return HALF_HOUR if next(self.readings(from_utc, to_utc), None) else None
