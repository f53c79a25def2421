"""What a replay is made from: meters and their readings, and the messages that these become."""

import json
import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

MWH = Decimal("0.000001")
"""A milliwatt-hour in kWh: the least energy there is."""
UNEVEN = (600, 1400)
"""The parts of a reading are drawn between these weights: a meter that sends equal ones is stuck."""


class Meter(NamedTuple):
    """A meter whose readings are replayed.

    Attributes:
        meter_id: of the meter.
        direction: consumption or production; none where no member owns it.
        most_kw: the most power that its history shows.
    """

    meter_id: str
    direction: str | None
    most_kw: Decimal


class Reading(NamedTuple):
    """The energy of one period, as the lake's history or a simulation has it.

    Attributes:
        meter_id: of the meter.
        direction: consumption or production; none where no member owns it.
        start_utc: when the period starts, aware.
        period: its length.
        energy_kwh: in it.
        quality: what the source says of it; ``simulated`` where a simulation made it.
    """

    meter_id: str
    direction: str | None
    start_utc: datetime
    period: timedelta
    energy_kwh: Decimal
    quality: str | None = None


class Sent(NamedTuple):
    """One message of ``energy-meters`` before it is written, and when it is sent."""

    at_utc: datetime
    meter_id: str
    direction: str | None
    start_utc: datetime
    period: timedelta
    energy_kwh: Decimal
    quality: str | None

    def written(self) -> bytes:
        """Write the payload, as JSON."""
        fields = {
            "meter_id": self.meter_id,
            "period_start_utc": f"{self.start_utc:%Y-%m-%dT%H:%M:%SZ}",
            "period_seconds": int(self.period.total_seconds()),
            "energy_kwh": f"{self.energy_kwh:f}",
            "direction": self.direction,
            "quality": self.quality,
        }
        return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


def parts(reading: Reading, step: timedelta | None, seed: int) -> list[Sent]:
    """Cut a reading into messages that are sent at their ends and add up to it.

    Args:
        reading: of any length.
        step: length of the parts; a reading that it does not divide stays whole.
        seed: the same one cuts a reading the same way.
    """
    if step is None or reading.period % step or reading.period == step:
        step = reading.period
    energies = _uneven(reading, reading.period // step, seed)
    starts = [reading.start_utc + number * step for number in range(len(energies))]
    return [
        Sent(start + step, reading.meter_id, reading.direction, start, step, energy, reading.quality)
        for start, energy in zip(starts, energies, strict=True)
    ]


def _uneven(reading: Reading, count: int, seed: int) -> list[Decimal]:
    """Share whole milliwatt-hours by drawn weights; the rest goes to the largest remainders."""
    if count == 1:
        return [reading.energy_kwh]
    rng = random.Random(f"{seed} {reading.meter_id} {reading.start_utc.isoformat()}")
    weights = [rng.randint(*UNEVEN) for _ in range(count)]
    whole = int(reading.energy_kwh / MWH)
    shares = [divmod(whole * weight, sum(weights)) for weight in weights]
    left = whole - sum(share for share, _ in shares)
    largest = sorted(range(count), key=lambda number: (-shares[number][1], number))[:left]
    return [(share + (number in largest)) * MWH for number, (share, _) in enumerate(shares)]
