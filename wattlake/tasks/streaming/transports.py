"""Transports: what a consumer asks of a broker, whatever its protocol."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from wattlake.lake.streaming.messages import Message, Position

Clock = Callable[[], datetime]
"""Reads the time, aware."""
EXAMPLE = "WATTLAKE_STREAM__BROKER=kafka://localhost:9092"
"""A setting that names a broker, for whoever has none."""


class BrokerError(RuntimeError):
    """A stream cannot go on: no broker answers, it refuses us, or it lacks what comes next."""


class LostMessagesError(BrokerError):
    """The broker no longer has the messages that come next, or has others in their stead."""


def begin_anew(topic: str) -> str:
    """Say how a topic is read whose next messages are no longer there."""
    return f"`wattlake stream --from-oldest {topic}` goes on with the oldest message that there is."


def recreated(topic: str, sign: str) -> LostMessagesError:
    """Make the error of a topic that is not the one that was read."""
    return LostMessagesError(
        f"The topic {topic} was deleted and made anew: {sign}. What was read stays in the lake. {begin_anew(topic)}"
    )


def expect_same_id(topic: str, known: str, now: str) -> None:
    """Refuse a topic that was deleted and made anew since it was read.

    Raises:
        LostMessagesError: its id is another.
    """
    if now != known:
        raise recreated(topic, f"its id was {known}, and is {now}")


class Outgoing(NamedTuple):
    """A message to be published; its key lets consumers drop doubles (commit and row)."""

    topic: str
    key: bytes
    payload: bytes


class Transport(Protocol):
    """A connection to one broker; one thread receives and asks, another publishes.

    Who publishes acknowledges, too.

    Attributes:
        IS_READ_AHEAD: whether messages may be received while those before them are not acknowledged.
    """

    IS_READ_AHEAD: bool

    def open(self, offsets: Mapping[Position, int]) -> None:
        """Connect, and go on at each position's next offset; others begin at their start.

        Raises:
            BrokerError: no broker answers, it refuses us, or it no longer has what comes next.
        """

    def topic_ids(self) -> Mapping[str, str]:
        """Name the id of each topic that has one; a topic that is made anew has another."""

    def receive(self, most: int, seconds: float) -> Sequence[Message]:
        """Wait for messages, for so long or until there are so many; none where none came."""

    def lag(self) -> int:
        """Count the messages that the broker has and we have not received, as far as it tells."""

    def acknowledge(self, messages: Sequence[Message]) -> None:
        """Tell the broker that messages are committed, where its protocol has that."""

    def publish(self, records: Sequence[Outgoing]) -> None:
        """Publish records and wait until the broker has them all."""

    def close(self) -> None:
        """Disconnect; what was received and not acknowledged comes again."""
