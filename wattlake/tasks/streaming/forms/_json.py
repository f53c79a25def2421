"""JSON as messages hold it: numbers stay the text that was sent, and nothing is guessed."""

import json
from typing import Any

from wattlake.tasks.streaming.refusals import UnreadableMessageError, refused

MOST_BYTES = 1_000_000
"""The longest payload that is read: what Kafka's brokers take by default."""


class Number(str):
    """A number of a JSON text, as it was written: no digit is lost."""

    __slots__ = ()


def parsed(payload: bytes) -> Any:  # noqa: ANN401
    """Parse a payload's JSON.

    Raises:
        UnreadableMessageError: it is empty, too long, or no JSON with each name once.
    """
    if not payload:
        raise UnreadableMessageError("The message is empty, as one that deletes a key is; a reading was expected.")
    if len(payload) > MOST_BYTES:
        raise refused("The message has {} bytes", len(payload), expected=f"at most {MOST_BYTES} are read")
    if payload[0] == 0 and len(payload) > 5:
        raise refused(
            "The message begins like one of a schema registry, with schema {}",
            int.from_bytes(payload[1:5], "big"),
            expected="let its producer send JSON without a registry",
        )
    try:
        return _DECODER.decode(payload.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise refused("Byte {} is no UTF-8", error.start, expected="JSON in UTF-8 was expected") from None
    except json.JSONDecodeError as error:
        raise refused("It is no JSON: {} at sign {}", error.msg, error.pos, expected="JSON was expected") from None
    except RecursionError:
        raise UnreadableMessageError("The JSON is nested too deeply; a flat record was expected.") from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise refused("The name {} stands twice", twice, expected="each name once was expected")
    return record


def _no_number(name: str) -> Any:  # noqa: ANN401
    raise refused("{} stands for a number", name, expected="a finite number was expected")


_DECODER = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=_no_number, object_pairs_hook=_each_once
)
