"""What five-minute windows hold, reckoned in Python with fractions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import NamedTuple

WINDOW_MS = 300_000
MOST_HELD_MS = 900_000
PRECEDENCE = ("energy", "total", "power")


class Told(NamedTuple):
    """One value of one meter: power in W, energy or a total in Wh."""

    meter_id: str
    quantity: str
    at_ms: int
    seconds: int
    value: int


class Span(NamedTuple):
    """Energy in milliwatt-hours between two times."""

    quantity: str
    from_ms: int
    to_ms: int
    units: int


def windows(events: Iterable[Told]) -> dict[tuple[str, int], tuple[int, int, int]]:
    """Units of energy, whole seconds covered and events of each window, by meter and start, in order of arrival."""
    made: dict[tuple[str, int], tuple[int, int, int]] = {}
    by_meter: dict[str, list[Told]] = defaultdict(list)
    for event in events:
        by_meter[event.meter_id].append(event)
    for meter_id, of_meter in by_meter.items():
        standing = _standing(of_meter)
        counts: dict[int, int] = defaultdict(int)
        for event in standing:
            counts[event.at_ms // WINDOW_MS] += 1
        sums = _sums(_spans(standing))
        for slot in counts.keys() | sums.keys():
            covered_ms, units = sums.get(slot, (0, 0))
            made[meter_id, slot * WINDOW_MS] = (units, covered_ms // 1000, counts[slot])
    return made


def _standing(events: list[Told]) -> list[Told]:
    """The newest of each quantity and time; an equal repeat is not newer. In order of arrival."""
    newest: dict[tuple[str, int], Told] = {}
    for event in events:
        key = (event.quantity, event.at_ms)
        if newest.get(key) != event:
            newest.pop(key, None)
            newest[key] = event
    return list(newest.values())


def _spans(standing: list[Told]) -> Iterator[Span]:
    periods = [event for event in standing if event.quantity == "energy"]
    for number, event in enumerate(periods):
        end_ms = event.at_ms + event.seconds * 1000
        later = periods[number + 1 :]
        if not any(event.at_ms < each.at_ms + each.seconds * 1000 and each.at_ms < end_ms for each in later):
            yield Span("energy", event.at_ms, end_ms, event.value * 1000)
    for quantity in ("power", "total"):
        instants = sorted((event for event in standing if event.quantity == quantity), key=lambda event: event.at_ms)
        for event, following in pairwise(instants):
            length_ms = following.at_ms - event.at_ms
            if length_ms > MOST_HELD_MS:
                continue
            if quantity == "power":
                watt_hours = Fraction(event.value * length_ms, 3_600_000)
                yield Span(quantity, event.at_ms, following.at_ms, floor(watt_hours * 1000 + Fraction(1, 2)))
            elif following.value >= event.value:
                yield Span(quantity, event.at_ms, following.at_ms, (following.value - event.value) * 1000)


def _sums(spans: Iterable[Span]) -> dict[int, tuple[int, int]]:
    """Milliseconds covered and units of each window, of the quantity that covers most of it."""
    sums: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for span in spans:
        for slot in range(span.from_ms // WINDOW_MS, (span.to_ms - 1) // WINDOW_MS + 1):
            begin = max(span.from_ms, slot * WINDOW_MS)
            end = min(span.to_ms, (slot + 1) * WINDOW_MS)
            covered_ms, units = sums[slot].get(span.quantity, (0, 0))
            part = _until(span, end) - _until(span, begin)
            sums[slot][span.quantity] = (covered_ms + end - begin, units + part)
    return {
        slot: of[max(of, key=lambda quantity: (of[quantity][0], -PRECEDENCE.index(quantity)))]
        for slot, of in sums.items()
    }


def _until(span: Span, at_ms: int) -> int:
    return floor(Fraction(span.units * (at_ms - span.from_ms), span.to_ms - span.from_ms))
