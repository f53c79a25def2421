"""Bytes of a stream's messages: what one takes in tables and archive, and so the files of a day."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil

from benchmarks.results import Table
from wattlake.lake.landing.packing import PACK_BYTES
from wattlake.lake.maintenance.stream_maintenance import FILE_BYTES, maintain_stream
from wattlake.lake.runs.record import recorded
from wattlake.lake.sql import scalar
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import Batch, batch_of
from wattlake.lake.streaming.commit import Stream, commit_batch
from wattlake.lake.streaming.messages import Event, Message, Position

METERS, EVERY_SECONDS, ROUNDS = 10_000, 10, 16
A_DAY = 86_400 * METERS // EVERY_SECONDS
BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
TOPIC = Position("energy-meters", 0)
TABLES = ("bronze.meter_events", "silver.meter_event")


def bytes_of_messages(lake: Lake) -> dict[str, float]:
    """Commit some rounds of many meters, and merge and pack them; give the bytes of a message by where it is."""
    lake.create()
    with recorded(lake, "stream", lambda: datetime.now(UTC)) as run:
        for number in range(0, ROUNDS, 2):
            at = BEGIN + timedelta(seconds=EVERY_SECONDS * (number + 2))
            commit_batch(lake, Stream("bytes", run.run_id), _rounds(number), now_utc=at)
        maintain_stream(lake, datetime.now(UTC))
    messages = METERS * ROUNDS
    there = {table: scalar(lake.reader(), _size_of(table)) / messages for table in TABLES}
    archive = sum(size for name, size in Storage(lake.settings).sizes("landing").items() if "/register/" not in name)
    return there | {"the archive": archive / messages}


def files_of_a_day(bytes_of: dict[str, float]) -> Table:
    """Tell how many files a day of messages fills, where each is filled up to its limit."""
    rows = [
        (name, round(size, 1), round(size * A_DAY / 1e9, 2), ceil(size * A_DAY / full))
        for name, size in bytes_of.items()
        for full in (FILE_BYTES if name in TABLES else PACK_BYTES,)
    ]
    return Table(f"A day of {A_DAY:,} messages, by their bytes", ("where", "bytes each", "GB a day", "files"), rows)


def _size_of(table: str) -> str:
    schema, _, name = table.partition(".")
    listed = f"ducklake_list_files('lake', '{name}', schema => '{schema}')"
    return f"select sum(data_file_size_bytes) from {listed}"


def _rounds(number: int) -> Batch:
    """Make a batch of two rounds, in each of which every meter sends once."""
    first, chance = number * METERS, random.Random(number)
    messages, events = list[Message](), dict[int, list[Event]]()
    for at, meter in _sent(number):
        power, time = str(chance.randint(0, 3000)), at.isoformat()
        payload = json.dumps({"meter_id": meter, "time": time, "power_w": power}).encode()
        events[len(messages)] = [Event(meter, None, time, None, "power", power, "W", "consumption", "measured")]
        messages.append(Message(*TOPIC, first + len(messages), meter.encode(), payload, at))
    return batch_of(messages, events, {})._replace(after={TOPIC: first} if first else {})


def _sent(number: int) -> Iterator[tuple[datetime, str]]:
    for each in (number, number + 1):
        for meter in range(METERS):
            at = BEGIN + timedelta(seconds=EVERY_SECONDS * each, milliseconds=meter)
            yield at, f"meter-{meter:05}"
