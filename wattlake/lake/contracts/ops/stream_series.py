"""Ops: what alerts need to know of each meter between two batches."""

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.units import Kwh, kwh


class StreamSeries(Contract):
    """One series of events (meter, direction, quantity) as far as a stream has read it.

    A member's windows are such a series, too: of the quantity ``window``, under the member's name.
    """

    stream_name: str = column("Stream that it came by")
    meter_id: str = column("Meter; of windows, the member")
    direction: str = column("consumption or production", isin=["consumption", "production"])
    quantity: str = column("energy, power, total or window", isin=["energy", "power", "total", "window"])
    member_id: str = column("Member whose meter it is by the register", nullable=True)
    zone: str = column("Zone of the member", nullable=True)
    topic: str = column("Topic of its newest event", nullable=True)
    partition: int = column("Partition of its newest event", nullable=True)
    newest_at_utc: Utc = column("Instant, or start, of its newest event")
    newest_end_utc: Utc = column("Instant, or end, of its newest event", nullable=True)
    newest_value: float = column("Its value, in kWh or W", nullable=True)
    run_since_utc: Utc = column("Since when it has this value", nullable=True)
    run_events: int = column("Events since then, all with this value", nullable=True)
    unmoved_kwh: Kwh = kwh("Energy that flowed since then by its power, where it is a running total", nullable=True)
    last_steps: str = column("The last steps between its events in seconds, as a JSON list", nullable=True)
    rhythm_seconds: float = column("Their median, or how often it sends several at once", "s", nullable=True)
    seen_at_utc: Utc = column("When its newest event was committed")
    resumed_at_utc: Utc = column("Since when the stream is read without a pause")

    class Config:
        metadata = table("ops.stream_series", key=("stream_name", "meter_id", "direction", "quantity"))
