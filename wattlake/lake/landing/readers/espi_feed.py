"""What an ESPI feed says of its readings: usage points, meter readings, reading types."""

from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

MeterReading = tuple[str, str]
"""The ids of a usage point and of one of its meter readings."""


Key = TypeVar("Key")
Value = TypeVar("Value")


class Interval(NamedTuple):
    """An interval reading: its meter reading, and its texts in the order of ``OF_READINGS``."""

    meter_reading: MeterReading
    start: str
    duration: str
    value: str
    quality: str


@dataclass
class Feed:
    """What a feed says of its readings.

    Attributes:
        types: by their ids, what reading types say.
        type_of: the reading type of each meter reading.
        kinds: by their ids, the kinds of service of usage points; 0 is electricity.
    """

    types: dict[str, dict[str, str]] = field(default_factory=dict)
    type_of: dict[MeterReading, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def tells_of(self, reading: MeterReading) -> bool:
        """Say whether the feed has said all of a meter reading that holds for its intervals."""
        return self.type_of.get(reading) in self.types and reading[0] in self.kinds


def keep(values: dict[Key, Value], key: Key, value: Value) -> None:
    """Keep what is said of something once, or always in the same words."""
    if values.setdefault(key, value) != value:
        raise ValueError(f"it says two things of `{key}`")
