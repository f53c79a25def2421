"""The archive of a stream: the messages of a batch, unchanged, as one Arrow stream."""

from collections.abc import Sequence
from datetime import UTC

import pyarrow as pa

from wattlake.lake.streaming.messages import Message

EXTENSION = "arrows"
"""The ending that the Arrow project registered for its stream format."""

MESSAGES = pa.schema(
    [
        ("topic", pa.string()),
        ("partition", pa.int64()),
        ("offset", pa.int64()),
        ("key", pa.binary()),
        ("payload", pa.binary()),
        ("received_at_utc", pa.timestamp("us", tz="UTC")),
    ]
)


def packed(messages: Sequence[Message]) -> bytes:
    """Write messages as one Arrow stream."""
    columns = zip(*messages, strict=True)
    arrays = [pa.array(cells, kind) for cells, kind in zip(columns, MESSAGES.types, strict=True)]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, MESSAGES) as stream:
        stream.write_batch(pa.record_batch(arrays, schema=MESSAGES))
    return bytes(sink.getvalue())


def unpacked(content: bytes) -> list[Message]:
    """Read the messages of an archived batch.

    Raises:
        ValueError: the bytes are no Arrow stream of messages.
    """
    try:
        with pa.ipc.open_stream(content) as stream:
            columns = stream.read_all().select(MESSAGES.names).to_pydict().values()
    except (pa.ArrowInvalid, KeyError) as error:
        raise ValueError(f"The archived batch is no Arrow stream of messages, as was expected: {error}") from error
    return [
        Message(topic, partition, offset, key, payload, received_at.astimezone(UTC))
        for topic, partition, offset, key, payload, received_at in zip(*columns, strict=True)
    ]


def name_of(stream_name: str, messages: Sequence[Message]) -> str:
    """Name a batch by its stream and the messages that it begins and ends with."""
    ends = [f"{each.topic}/{each.partition}@{each.offset}" for each in (messages[0], messages[-1])]
    return f"{stream_name}: {ends[0]} to {ends[1]}"
