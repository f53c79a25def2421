"""Receiving of batches: the next is received and read while the one before is committed."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event as Signal
from types import TracebackType
from typing import Self

from wattlake.lake.stream_settings import Stream
from wattlake.lake.streaming.batches import Batch
from wattlake.lake.streaming.messages import Content, Message
from wattlake.tasks.streaming.read_batch import read_batch
from wattlake.tasks.streaming.transports import Transport

LOOK_SECONDS = 0.2
"""Once somebody waits for them, the messages that are there are handed on no later than so long after."""


class Receiver:
    """Receives messages of a transport that is open, and reads them, in a thread of its own."""

    def __init__(self, described: Stream, transport: Transport, read: Callable[[Message], Sequence[Content]]) -> None:
        """Take the settings, the transport, and what reads a message; nothing is received yet."""
        self._described, self._transport, self._read = described, transport, read
        self._thread = ThreadPoolExecutor(1, "receiver")
        self._coming: Future[Batch] | None = None
        self._is_awaited = Signal()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of what was received and nobody asked for: it is not acknowledged, and comes again."""
        self._is_awaited.set()
        self._thread.shutdown()

    def next_batch(self) -> Batch:
        """Wait for messages, for as long as the settings say; none where none came.

        Raises:
            BrokerError: the broker refuses us, or lacks what comes next.
        """
        self._is_awaited.set()
        batch = (self._coming or self._thread.submit(self._receive)).result()
        self._is_awaited.clear()
        self._coming = self._thread.submit(self._receive) if self._transport.IS_READ_AHEAD else None
        return batch

    def _receive(self) -> Batch:
        """Receive and read a batch; a larger one while nobody waits for it."""
        most = self._described.batch_messages
        messages = list(self._transport.receive(most, self._described.batch_seconds))
        while len(messages) < most and not self._is_awaited.is_set():
            messages += self._transport.receive(most - len(messages), LOOK_SECONDS)
        batch = read_batch(messages, self._read)
        return batch._replace(topic_ids=self._transport.topic_ids(), waiting=self._transport.lag())
