"""Topics that tell of no meter: day-ahead prices, and warnings of the weather."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa

from wattlake.lake.landing.payloads import Origin
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.stream_settings import Topics
from wattlake.lake.streaming.batches import Batch
from wattlake.lake.streaming.commit import Beside
from wattlake.lake.streaming.messages import Content, Event, Message, Price, WeatherAlert
from wattlake.lake.streaming.prices import LICENCE, SOURCE, prices_beside
from wattlake.lake.streaming.weather import weather_beside
from wattlake.tasks.streaming.forms._fields import instant, number, text, whole_number, written
from wattlake.tasks.streaming.forms._json import parsed
from wattlake.tasks.streaming.refusals import UnreadableMessageError, refused
from wattlake.tasks.streaming.topics import matcher

MOST_MINUTES = 1440
SEVERE = ("severe", "extreme", "error")
MILD = ("minor", "moderate", "unknown", "warn")
"""The Common Alerting Protocol's severities, and ours."""


class Others:
    """Reads the messages of these topics."""

    def __init__(self, topics: Topics) -> None:
        """Take the topics' settings."""
        self._price_topics = [matcher(topic) for topic in topics.named("spot_prices")]
        self._weather_topics = [matcher(topic) for topic in topics.named("weather_alerts")]

    def reading(self, read: Callable[[Message], Sequence[Event]]) -> Callable[[Message], Sequence[Content]]:
        """Read messages of these topics here, and all others as given."""
        if not (self._price_topics or self._weather_topics):
            return read

        def read_any(message: Message) -> Sequence[Content]:
            return (self._reader(message.topic) or read)(message)

        return read_any

    def _reader(self, topic: str) -> Callable[[Message], list[Any]] | None:
        if any(pattern.fullmatch(topic) for pattern in self._price_topics):
            return read_prices
        return read_alerts if any(pattern.fullmatch(topic) for pattern in self._weather_topics) else None


def beside(lake: Lake, batch: Batch, *, now_utc: datetime, run_id: str) -> Beside | None:
    """Make the step that is part of a batch's commit; none without a message of these topics."""
    steps: list[Beside] = []
    if prices := batch.of_kind(Price):
        origin = Origin(SOURCE, LICENCE, now_utc, run_id)
        steps.append(prices_beside(Storage(lake.settings), origin, prices))
    if alerts := batch.of_kind(WeatherAlert):
        steps.append(weather_beside(alerts))
    return partial(_all, steps) if steps else None


def read_prices(message: Message) -> list[Price]:
    """Read one price, or a list of them.

    Raises:
        UnreadableMessageError: a field is missing or wrong; it is named.
    """
    return [
        Price(
            _needed(record, "bidding_zone"),
            instant(record, "period_start_utc"),
            whole_number(record, "period_minutes", MOST_MINUTES),
            number(record, "price_eur_per_mwh"),
            "EUR/MWh",
        )
        for record in _records(message)
    ]


def read_alerts(message: Message) -> list[WeatherAlert]:
    """Read one warning, or a list of them.

    Raises:
        UnreadableMessageError: a field is missing or wrong; it is named.
    """
    return [_alert(record) for record in _records(message)]


def _alert(record: dict[str, Any]) -> WeatherAlert:
    severity = _needed(record, "severity").lower()
    if severity not in (*SEVERE, *MILD):
        raise refused("severity is {}", severity, expected=f"one of {', '.join((*MILD, *SEVERE))} was expected")
    starts, sent = (datetime.fromisoformat(instant(record, name)) for name in ("starts_utc", "sent_utc"))
    ends = datetime.fromisoformat(instant(record, "ends_utc")) if record.get("ends_utc") is not None else None
    if ends is not None and ends < starts:
        raise refused("ends_utc is {}", record["ends_utc"], expected="a time after starts_utc was expected")
    return WeatherAlert(
        alert_id=_needed(record, "alert_id"),
        zone=_needed(record, "zone"),
        severity="error" if severity in SEVERE else "warn",
        headline=_needed(record, "headline"),
        starts_utc=starts,
        ends_utc=ends,
        sent_utc=sent,
    )


def _records(message: Message) -> Iterable[dict[str, Any]]:
    content = parsed(message.payload)
    for record in content if isinstance(content, list) and content else [content]:
        if not isinstance(record, dict):
            raise refused("It is {}", written(record), expected="a record, or a list of records, was expected")
        yield record


def _needed(record: dict[str, Any], name: str) -> str:
    value = text(record, name)
    if value is None:
        raise UnreadableMessageError(f"{name} is missing; a text was expected.")
    return value


def _all(steps: Iterable[Beside], connection: Connection, landing_id: int) -> pa.Table | None:
    """Run steps; the alerts are those of the one that has some."""
    written = [step(connection, landing_id) for step in steps]
    return next((alerts for alerts in written if alerts is not None), None)
