"""The messages of ``docs/gateways.md``, each with its topic and the table of what is read of it."""

import re
from pathlib import Path

from tests.support.stream_messages import RECEIVED
from wattlake.lake.streaming.messages import Event

PAGE = Path(__file__).resolve().parents[2] / "docs/gateways.md"
_MESSAGE = re.compile(r"^```(?:json|text) (\S+)\n((?:(?!```).*\n)+)```\n\n\|.+\n\|[-|]+\n((?:\|.+\n)+)", re.M)
_VALUE = re.compile(r"(energy|power|total) (\S+) (\S+)")


def shown_messages() -> dict[str, tuple[bytes, list[Event]]]:
    """The payloads of the page and their events, by topic."""
    return {
        topic: (payload.encode(), [_event(row) for row in table.splitlines()])
        for topic, payload, table in _MESSAGE.findall(PAGE.read_text(encoding="utf-8"))
    }


def _event(row: str) -> Event:
    name, when, value, direction = (cell.strip() for cell in row.strip("|").split("|"))
    time, _, period = when.replace("when received", RECEIVED.isoformat()).partition(", ")
    quantity, number, unit = _VALUE.fullmatch(value).groups()
    is_member, meter_id = name.startswith("member "), name.removeprefix("member ")
    return Event(
        meter_id=None if is_member else meter_id,
        member_id=meter_id if is_member else None,
        time=time,
        period_seconds=period.removesuffix(" s") or None,
        quantity=quantity,
        value=number,
        unit=unit,
        direction=direction or None,
        quality="measured" if period else None,
    )
