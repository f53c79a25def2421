"""Which alerts are still to be sent to which address, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from wattlake.lake.sql import Connection, literal, quoted
from wattlake.lake.times import naive_utc

SENT = "ops.alert_sent"
SENT_WITHIN = timedelta(hours=24)
"""An alert that no address took within a day is no news; whoever names a new address gets none that is older."""


class AlertMessage(NamedTuple):
    """One alert that is to be sent to one address; times are UTC without an offset."""

    alert_id: str
    address: str
    rule: str
    severity: str
    meter_id: str | None
    member_id: str | None
    zone: str | None
    started_at_utc: datetime
    ended_at_utc: datetime | None
    evidence: str


class Delivered(NamedTuple):
    """What became of a message: why it was not taken, if so, and when (UTC without an offset)."""

    message: AlertMessage
    failure: str | None
    tried_at_utc: datetime

    @property
    def key(self) -> tuple[str, str]:
        """The alert and the address."""
        return self.message[:2]


def unsent(connection: Connection, addresses: Collection[str], now_utc: datetime) -> list[AlertMessage]:
    """List the messages that no address has taken yet, the oldest alert first."""
    if not addresses:
        return []
    names = ", ".join(f"({quoted(name)})" for name in sorted(addresses))
    columns = ", ".join(AlertMessage._fields)
    rows = connection.execute(
        f"""
        select {columns}
        from gold.live_alert
        cross join (values {names}) as target (address)
        anti join (select * from {SENT} where status = 'sent') using (alert_id, address)
        where detected_at_utc >= {literal(naive_utc(now_utc - SENT_WITHIN))}
        order by detected_at_utc, alert_id, address
        """
    ).fetchall()
    return [AlertMessage(*row) for row in rows]


def record_deliveries(connection: Connection, deliveries: Sequence[Delivered]) -> None:
    """Store what became of messages, in place of an earlier try, in the caller's transaction."""
    if not deliveries:
        return
    rows = [(*each.key, each.tried_at_utc, "failed" if each.failure else "sent", each.failure) for each in deliveries]
    keys = ", ".join(f"({quoted(alert_id)}, {quoted(address)})" for alert_id, address, *_ in rows)
    connection.execute(f"delete from {SENT} where (alert_id, address) in ({keys})")
    places = ", ".join("(?, ?, ?, ?, ?)" for _ in rows)
    connection.execute(
        f"insert into {SENT} (alert_id, address, tried_at_utc, status, message) values {places}",
        [value for row in rows for value in row],
    )
