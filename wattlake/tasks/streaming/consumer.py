"""The consumer of a stream: receive, read, commit, acknowledge, publish, until stopped."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Event as Stopped
from time import monotonic
from typing import NamedTuple

import duckdb

from wattlake.lake.store.lake import Lake
from wattlake.lake.stream_settings import Stream as StreamOfSettings
from wattlake.lake.streaming.batches import Batch, Committed
from wattlake.lake.streaming.commit import Beside, Stream, commit_batch
from wattlake.lake.streaming.messages import Content, Message, Position
from wattlake.lake.streaming.offsets import OffsetsError, is_committed, stored_offsets, stored_topic_ids
from wattlake.tasks.streaming.patience import Result, until_it_succeeds
from wattlake.tasks.streaming.receiving import Receiver
from wattlake.tasks.streaming.transports import BrokerError, Clock, Outgoing, Transport, expect_same_id

TRIES_OF_A_COMMIT = 8
"""Two minutes of pauses: a database or a store that is away for longer ends the stream, which is then begun anew."""


class Step(NamedTuple):
    """What one round of a consumer did.

    Attributes:
        committed: what was committed; none where no message came.
        waiting: messages that the broker had then, as far as it tells.
        seconds: how long it took, the wait for messages included.
    """

    committed: Committed | None
    waiting: int
    seconds: float


def _nothing(*_: object) -> Sequence[Outgoing]:
    return ()


def _nothing_beside(_: Batch) -> Beside | None:
    return None


@dataclass
class Consumer:
    """One consumer of one stream.

    Attributes:
        lake: the lake.
        described: the settings of the stream.
        stream: what a commit is told of it.
        transport: a connection that is not open yet.
        read: reads a message.
        clock: reads the time.
        stopped: ends it, once what was begun is ended.
        outgoing: makes what is published of a commit.
        idle: is called where no message came, such as to look for meters that fell silent; makes what is published.
        left_over: makes what the last commit before this start may have left unpublished.
        beside: makes what else is part of a batch's commit, such as the rows of messages that tell of no meter.
        after: the number of the message that comes next, by partition, as this consumer has committed.
    """

    lake: Lake
    described: StreamOfSettings
    stream: Stream
    transport: Transport
    read: Callable[[Message], Sequence[Content]]
    clock: Clock
    stopped: Stopped
    outgoing: Callable[[Committed], Sequence[Outgoing]] = _nothing
    idle: Callable[[], Sequence[Outgoing]] = _nothing
    left_over: Callable[[], Sequence[Outgoing]] = _nothing
    beside: Callable[[Batch], Beside | None] = _nothing_beside
    after: dict[Position, int] = field(default_factory=dict)

    def steps(self) -> Iterator[Step]:
        """Go on where the lake stands, round by round, until it is stopped.

        Yields:
            What each round did.

        Raises:
            BrokerError: the broker does not answer, refuses us, or lacks what comes next.
            OffsetsError: another consumer reads the stream.
        """
        reader = self.lake.reader()
        self.after = stored_offsets(reader, self.stream.name)
        known_ids = stored_topic_ids(reader, self.stream.name)
        self.transport.open(self.after)
        try:
            expect_same_topics(known_ids, self.transport)
            self._publish(self.left_over())
            with Receiver(self.described, self.transport, self.read) as receiver:
                while not self.stopped.is_set():
                    began = monotonic()
                    batch = receiver.next_batch()
                    committed = self._take(batch) if batch.messages else None
                    if not batch.messages:
                        self._publish(self._tried("A look for silent meters", self.idle) or ())
                    yield Step(committed, batch.waiting, monotonic() - began)
        finally:
            self.transport.close()

    def _take(self, received: Batch) -> Committed | None:
        """Commit messages, acknowledge, publish; none where it was stopped or had no answer."""
        batch = received._replace(after=self.after)
        try:
            committed = self._tried("A commit of the stream", lambda: self._commit(batch))
        except OffsetsError:
            if not is_committed(self.lake.reader(), batch, of=self.stream.name, run_id=self.stream.run_id):
                raise
            # The database died between our commit and its answer; what follows of it is what a killed consumer leaves.
            committed = None
        if committed or not self.stopped.is_set():
            self.after |= batch.next_offsets()
            self.transport.acknowledge(batch.messages)
            self._publish(self.outgoing(committed) if committed else self._tried("A look", self.left_over) or ())
        return committed

    def _commit(self, batch: Batch) -> Committed:
        return commit_batch(self.lake, self.stream, batch, now_utc=self.clock(), beside=self.beside(batch))

    def _tried(self, name: str, step: Callable[[], Result]) -> Result | None:
        """Take a step in the lake, for some two minutes; none where it was stopped."""
        passing = (duckdb.Error, OSError)
        return until_it_succeeds(step, passing, stopped=self.stopped, name=name, tries=TRIES_OF_A_COMMIT)

    def _publish(self, records: Sequence[Outgoing]) -> None:
        if records:
            publish = partial(self.transport.publish, records)
            until_it_succeeds(publish, (BrokerError,), stopped=self.stopped, name="Publishing")


def expect_same_topics(known_ids: dict[str, str], transport: Transport) -> None:
    """Refuse topics that were deleted and made anew since the lake read them.

    Raises:
        LostMessagesError: the id of a topic is another.
    """
    for topic, topic_id in transport.topic_ids().items():
        expect_same_id(topic, known_ids.get(topic, topic_id), topic_id)
