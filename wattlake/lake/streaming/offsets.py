"""Offsets: how far a stream has read each partition, stored with what it read."""

from collections.abc import Mapping

from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import SOURCE, Batch
from wattlake.lake.streaming.messages import Position


class OffsetsError(RuntimeError):
    """A batch does not begin where the stream's last commit ended; nothing was committed."""


def of_stream(stream_name: str) -> str:
    """Write the condition of a stream's rows in a table of all streams."""
    return f"where stream_name = {quoted(stream_name)}"


def stored_offsets(connection: Connection, stream_name: str) -> dict[Position, int]:
    """Read the number of the message that comes next, by partition."""
    rows = connection.execute(
        "select topic, partition, next_offset from ops.stream_offset where stream_name = ?", [stream_name]
    ).fetchall()
    return {Position(topic, partition): next_offset for topic, partition, next_offset in rows}


def stored_topic_ids(connection: Connection, stream_name: str) -> dict[str, str]:
    """Read the ids of topics that were read, where their broker has ids."""
    rows = connection.execute(
        "select distinct topic, topic_id from ops.stream_offset where stream_name = ? and topic_id is not null",
        [stream_name],
    ).fetchall()
    return dict(rows)


def newest_landing(connection: Connection, stream_name: str) -> int | None:
    """Find the landing of a stream's last commit; none where it has none yet."""
    ((landing_id,),) = connection.execute(
        f"select max(landing_id) from ops.stream_offset {of_stream(stream_name)}"
    ).fetchall()
    return None if landing_id is None else int(landing_id)


def is_committed(connection: Connection, batch: Batch, *, of: str, run_id: str) -> bool:
    """Tell whether a run's commit of a batch of a stream is in the lake, though no answer came."""
    if stored_offsets(connection, of) != {**batch.after, **batch.next_offsets()}:
        return False
    rows = connection.execute(
        "select run_id from ops.landing where landing_id = ? and source = ?",
        [newest_landing(connection, of), SOURCE],
    ).fetchall()
    return rows == [(run_id,)]


def expect_to_follow(stored: Mapping[Position, int], batch: Batch, *, stream_name: str) -> None:
    """Refuse a batch that does not begin where the lake has read the stream up to.

    Args:
        stored: the offsets in the lake, as the transaction reads them.
        batch: the batch.
        stream_name: of the stream.

    Raises:
        OffsetsError: the two differ, or a message comes before its partition's offset.
    """
    for position, first in batch.first_offsets().items():
        in_lake, of_consumer = stored.get(position), batch.after.get(position)
        if in_lake != of_consumer or (in_lake is not None and first < in_lake):
            raise OffsetsError(
                f"The batch of the stream `{stream_name}` begins with message {first} of {position.topic}/"
                f"{position.partition}, after {_named(of_consumer)}, but the lake has read it up to {_named(in_lake)}. "
                "Nothing of it was committed. Another consumer runs, or ran since: end it, and start this one anew."
            )


def store_offsets(
    connection: Connection, stream_name: str, *, offsets: Mapping[Position, int], topic_ids: Mapping[str, str],
    landing_id: int,
) -> None:  # fmt: skip
    """Store a stream's offsets, in the caller's transaction, which removed older ones."""
    rows = [
        (stream_name, *position, next_offset, topic_ids.get(position.topic), landing_id)
        for position, next_offset in offsets.items()
    ]
    places = ", ".join("(?, ?, ?, ?, ?, ?)" for _ in rows)
    connection.execute(f"insert into ops.stream_offset values {places}", [value for row in rows for value in row])


def forget_topic(lake: Lake, stream_name: str, *, topic: str) -> None:
    """Forget how far a stream has read a topic: it is read from its oldest message on.

    Raises:
        ValueError: the stream has read no such topic.
    """
    topics = sorted({position.topic for position in stored_offsets(lake.reader(), stream_name)})
    if topic not in topics:
        known = f"It has read {', '.join(topics)}" if topics else "It has read none"
        raise ValueError(f"The stream `{stream_name}` has read no topic {topic}. {known}.")
    delete = "delete from ops.stream_offset where stream_name = ? and topic = ?"
    lake.write(lambda connection: connection.execute(delete, [stream_name, topic]), lock=SOURCE)


def _named(offset: int | None) -> str:
    return "nothing" if offset is None else f"message {offset}"
