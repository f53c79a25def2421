"""The telegram of a P1 port: checked by its checksum, its values by their OBIS codes."""

import re
from datetime import datetime, timedelta, timezone

from wattlake.lake.streaming.messages import Event
from wattlake.tasks.streaming.forms._fields import MOST_CHARACTERS
from wattlake.tasks.streaming.forms._meter import added, event
from wattlake.tasks.streaming.refusals import UnreadableMessageError, refused

_END = re.compile(rb"!([0-9A-Fa-f]{4})?\s*\Z")
_LINE = re.compile(r"([0-9]-[0-9]:[0-9.]+)\((.*)\)\s*")
_VALUE = re.compile(r"([0-9.]+)\*(k?Wh?|MWh)")
_TIME = re.compile(r"([0-9]{12})([SW])")
DIRECTIONS = {"1": "consumption", "2": "production"}
CENTRAL_EUROPE = {"W": timezone(timedelta(hours=1)), "S": timezone(timedelta(hours=2))}
HAS_CHECKSUM = ("1-3:0.2.8", "0-0:96.1.4")
"""The codes of a telegram's version, Dutch and Belgian: since version 4 there is one, and a checksum."""
MOST_BYTES = 20_000
"""The longest telegram that is read; a meter's has some 1000."""


def _remainder(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
    return byte


_REMAINDERS = tuple(map(_remainder, range(256)))


def read_telegram(payload: bytes, *, meter_id: str | None, topic: str, received_at_utc: datetime) -> list[Event]:
    """Read a telegram's totals and powers.

    Args:
        payload: the telegram from ``/`` to the checksum after ``!``.
        meter_id: that the topic names by its setting; else it is the number on the meter.
        topic: names the meter where the telegram has no number.
        received_at_utc: the time of a telegram without one, as before version 4.

    Raises:
        UnreadableMessageError: it is cut off, its checksum is another, or it has no value of energy.
    """
    lines = _lines(payload)
    time = _time(lines.get("0-0:1.0.0"), received_at_utc)
    meter_id = meter_id or _number_on_meter(lines.get("0-0:96.1.1", "")) or topic
    events = []
    for register, direction in DIRECTIONS.items():
        tariffs = [f"1-0:{register}.8.0"]
        if tariffs[0] not in lines:
            tariffs = [code for tariff in "1234" if (code := f"1-0:{register}.8.{tariff}") in lines]
        for quantity, codes in (("total", tariffs), ("power", [f"1-0:{register}.7.0"])):
            if value := _sum(lines, codes):
                number, unit = value
                events.append(event(meter_id, time, quantity=quantity, value=number, unit=unit, direction=direction))
    if not events:
        raise UnreadableMessageError("The telegram has no energy; 1-0:1.8.1 or 1-0:1.7.0 was expected.")
    return events


def checksum(payload: bytes) -> str:
    """Reckon the CRC16 of a telegram, from ``/`` to ``!``, as the standard writes it."""
    remainder = 0
    for byte in payload:
        remainder = remainder >> 8 ^ _REMAINDERS[(remainder ^ byte) & 0xFF]
    return f"{remainder:04X}"


def _lines(payload: bytes) -> dict[str, str]:
    if len(payload) > MOST_BYTES:
        raise refused("The telegram has {} bytes", len(payload), expected=f"at most {MOST_BYTES} are read")
    payload = payload.lstrip()
    end = _END.search(payload)
    if end is None:
        raise UnreadableMessageError("The telegram does not end with ! and its checksum; a whole one was expected.")
    matches = (_LINE.fullmatch(line) for line in payload[: end.start()].decode("latin-1").splitlines())
    lines = {match[1]: match[2] for match in matches if match}
    written = (end[1] or b"").decode().upper()
    if written or any(code in lines for code in HAS_CHECKSUM):
        text = payload[: end.start() + 1]
        # Some gateways send the lines without their carriage returns, which the checksum counts.
        reckoned = checksum(text)
        if written not in (reckoned, checksum(re.sub(rb"\r?\n", b"\r\n", text))):
            raise refused("The telegram's checksum is {}", written or "missing", expected=f"{reckoned} was expected")
    return lines


def _time(written: str | None, received_at_utc: datetime) -> str:
    if written is None:
        return received_at_utc.isoformat()
    match = _TIME.fullmatch(written)
    try:
        if match:
            local = datetime.strptime(match[1], "%y%m%d%H%M%S")  # noqa: DTZ007 — the mark after it is its offset.
            return local.replace(tzinfo=CENTRAL_EUROPE[match[2]]).isoformat()
    except ValueError:
        pass  # A month 13 has the form of a time; it is refused like the others.
    raise refused("0-0:1.0.0 is {}", written, expected="a time such as 261130110000W was expected")


def _number_on_meter(written: str) -> str | None:
    """Read the number on the meter, whose signs are sent as hexadecimal numbers."""
    try:
        number = bytes.fromhex(written).decode("ascii")
    except ValueError:
        return None
    return number if 0 < len(number) <= MOST_CHARACTERS and number.isprintable() else None


def _sum(lines: dict[str, str], codes: list[str]) -> tuple[str, str] | None:
    parts = [_VALUE.fullmatch(lines[code]) for code in codes if code in lines]
    if not parts:
        return None
    if not all(parts) or len({part[2] for part in parts if part}) != 1:
        expected = "numbers with the same unit, such as 000123.456*kWh, were expected"
        raise refused(f"{codes[0]} is {{}}", lines[codes[0]], expected=expected)
    total = added((part[1] for part in parts if part), codes[0])
    return (total or "0", str(parts[0] and parts[0][2]))
