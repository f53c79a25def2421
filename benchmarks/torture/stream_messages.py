"""The messages that a killed stream is sent, and the windows that they must make."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

PARTITIONS, METERS = 2, 3
FIRST = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class Sent:
    """The messages that were sent, and the windows that they must make.

    Attributes:
        chance: chooses them.
        minutes: the last minute of each meter.
        windows: energy and events of each window, by meter and start.
        count: of the messages.
    """

    chance: random.Random
    minutes: dict[str, int] = field(default_factory=dict)
    windows: dict[tuple[str, datetime], tuple[Decimal, int]] = field(default_factory=dict)
    count: int = 0

    def more(self) -> Sequence[tuple[int, bytes]]:
        """Some messages with the partition of each: minutes of meters, one after the other."""
        return [self._next() for _ in range(self.chance.randint(5, 40))]

    def _next(self) -> tuple[int, bytes]:
        meter, kwh = f"m{self.chance.randrange(METERS)}", Decimal(self.chance.randint(1, 99_999)).scaleb(-6)
        minute = self.minutes[meter] = self.minutes.get(meter, -1) + 1
        begins = FIRST + timedelta(minutes=minute)
        window = (meter, (begins - timedelta(minutes=minute % 5)).replace(tzinfo=None))
        energy, events = self.windows.get(window, (Decimal(0), 0))
        self.windows[window] = (energy + kwh, events + 1)
        self.count += 1
        message = {"meter_id": meter, "period_start_utc": begins.isoformat(), "period_seconds": 60}
        return self.chance.randrange(PARTITIONS), json.dumps(message | {"energy_kwh": str(kwh)}).encode()
