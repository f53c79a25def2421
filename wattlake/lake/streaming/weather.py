"""Warnings of the weather that a stream brings: rows of ``gold.live_alert``."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from wattlake.lake.landing.payloads import next_landing_id
from wattlake.lake.sql import Connection
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.commit import Beside
from wattlake.lake.times import naive_utc

RULE = "weather"


class WeatherAlert(NamedTuple):
    """A warning of the weather service.

    Attributes:
        alert_id: the service's; a later message of the same replaces it.
        zone: that it is of.
        severity: ``warn`` or ``error``.
        headline: what is to come, in a sentence.
        starts_utc: from when on.
        ends_utc: until when; none where that is open.
        sent_utc: when it was sent.
    """

    alert_id: str
    zone: str
    severity: str
    headline: str
    starts_utc: datetime
    ends_utc: datetime | None
    sent_utc: datetime


def weather_beside(alerts: Sequence[WeatherAlert]) -> Beside:
    """Make the step that writes warnings: each once, as its newest message says."""
    newest = {each.alert_id: each for each in sorted(alerts, key=lambda each: each.sent_utc)}

    def step(connection: Connection) -> None:
        landing_id = next_landing_id(connection, SOURCE)
        for alert in newest.values():
            key = hashlib.sha256(f"{RULE}\n{alert.alert_id}".encode()).hexdigest()
            newer = "select 1 from gold.live_alert where alert_id = ? and detected_at_utc > ?"
            if connection.execute(newer, [key, naive_utc(alert.sent_utc)]).fetchone():
                continue
            connection.execute("delete from gold.live_alert where alert_id = ?", [key])
            connection.execute(
                "insert into gold.live_alert by name select ? as alert_id, ? as rule, ? as severity, ? as zone, "
                "? as started_at_utc, ? as ended_at_utc, ? as detected_at_utc, ? as evidence, ? as _landing_id",
                [
                    *(key, RULE, alert.severity, alert.zone, naive_utc(alert.starts_utc)),
                    *(alert.ends_utc and naive_utc(alert.ends_utc), naive_utc(alert.sent_utc)),
                    *(alert.headline, landing_id),
                ],
            )

    return step
