"""Ops: how far streams were read, their batches, and the register by which they stand."""

from wattlake.lake.contracts.base import Contract, Utc, column, table


class StreamOffset(Contract):
    """One partition of one topic, and how far a stream has read it."""

    stream_name: str = column("Stream: the name of its settings, such as `kafka`")
    topic: str = column("Topic as the broker names it")
    partition: int = column("Partition of the topic; 0 for MQTT", ge=0)
    next_offset: int = column("Number of the message that comes next", ge=0)
    topic_id: str = column("The broker's id of the topic; another after it was made anew", nullable=True)
    landing_id: int = column("Newest landing of `meter_events` with messages of it", ge=1)

    class Config:
        metadata = table("ops.stream_offset", key=("stream_name", "topic", "partition"))


class StreamBatch(Contract):
    """One batch of a stream's messages, and what became of its events."""

    landing_id: int = column("Landing of `meter_events` that the batch is", ge=1)
    stream_name: str = column("Stream that it is of")
    committed_at_utc: Utc = column("When it was committed")
    oldest_received_at_utc: Utc = column("When the broker had the oldest message of the batch")
    messages: int = column("Messages of the batch", ge=1)
    waiting: int = column("Messages that the broker had besides, as far as it told; 0 where landed again", ge=0)
    refused: int = column("Messages that could not be read; they are quarantined", ge=0)
    events: int = column("Values that the messages told", ge=0)
    quarantined: int = column("Values that cannot be", ge=0)
    repeated: int = column("Values that were known", ge=0)
    superseded: int = column(
        "Values that a later one of the same instant or period replaced, in the batch or before", ge=0
    )
    late: int = column("Values of windows that were closed; they correct them all the same", ge=0)
    windows: int = column("Windows of five minutes that were made anew", ge=0)
    newest_event_utc: Utc = column(
        "The latest end of an event that the stream has had, up to its receipt", nullable=True
    )
    watermark_utc: Utc = column("Windows that end by then are closed: later events of theirs are late", nullable=True)

    class Config:
        metadata = table("ops.stream_batch", key=("landing_id",))


class StreamRegister(Contract):
    """One stretch of the register by which events and windows of streams stand."""

    member_id: str = column("Member of the community")
    valid_from_utc: Utc = column("Start of the stretch: of the member's register entry")
    valid_to_utc: Utc = column("End of the stretch, excluded; empty while it lasts", nullable=True)
    zone: str = column("Zone of the member")
    meter_id: str = column("Meter as its file names it")
    measures: str = column("consumption or production", isin=["consumption", "production"])
    landing_id: int = column("Newest landing of `meter_events` when it was followed; 0 for the first register", ge=0)

    class Config:
        metadata = table("ops.stream_register", key=("member_id", "valid_from_utc", "measures"))
