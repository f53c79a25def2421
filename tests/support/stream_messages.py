"""Messages of streams, as tests write them."""

import json
from datetime import UTC, datetime
from typing import Any

from wattlake.lake.streaming.messages import Message

RECEIVED = datetime(2026, 11, 30, 10, 5, 1, tzinfo=UTC)


def message(payload: Any, topic: str = "energy-meters", *, received_at_utc: datetime = RECEIVED) -> Message:
    """A message of a topic; a payload that is no text and no bytes is written as JSON."""
    if not isinstance(payload, str | bytes):
        payload = json.dumps(payload)
    return Message(topic, 0, 7, None, payload if isinstance(payload, bytes) else payload.encode(), received_at_utc)
