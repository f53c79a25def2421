"""A batch of messages is read: what each tells, or why it cannot be read."""

from collections.abc import Callable, Sequence
from typing import cast

from wattlake.lake.settings import Settings
from wattlake.lake.streaming.batches import Batch, batch_of
from wattlake.lake.streaming.messages import Content, Event, Message, Price, WeatherAlert
from wattlake.tasks.streaming.other_topics import Others
from wattlake.tasks.streaming.reading import Reader
from wattlake.tasks.streaming.refusals import UnreadableMessageError


def read_batch(messages: Sequence[Message], read: Callable[[Message], Sequence[Content]]) -> Batch:
    """Read messages, each once.

    Args:
        messages: in the order of each partition.
        read: reads one.

    Returns:
        The batch, as far as the messages alone say it.
    """
    events, refusals = dict[int, list[Event]](), dict[int, str]()
    others = dict[int, list[Price | WeatherAlert]]()
    for number, message in enumerate(messages):
        try:
            rows = read(message)
        except UnreadableMessageError as refusal:
            refusals[number] = str(refusal)
            continue
        if rows and not isinstance(rows[0], Event):
            others[number] = [row for row in rows if not isinstance(row, Event)]
        else:
            events[number] = cast("list[Event]", rows)  # What one message tells is of one kind.
    return batch_of(messages, events, refusals)._replace(others=others)


def reader_of(settings: Settings) -> Callable[[Message], Sequence[Content]]:
    """Make what reads messages as the settings say of their topics.

    Raises:
        ValueError: a topic of the settings cannot be one, or has a form that there is not.
    """
    described = settings.stream
    meters = described.topics.named("energy_meters")
    reader = Reader(meters, form_by_topic=described.forms, timezone=settings.timezone)
    return Others(described.topics).reading(reader.read)
