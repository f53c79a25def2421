"""A message as a broker delivered it."""

from datetime import datetime
from typing import NamedTuple


class Delivery(NamedTuple):
    """A message as it came.

    Attributes:
        topic: that it came by.
        payload: its bytes.
        received_at_utc: when it came.
        connection: the number of the connection that it came by; on another, its packet's number is another message's.
        packet: its number for the acknowledgement.
        quality: of service; one of 0 is neither acknowledged nor sent again.
        is_again: whether the broker may have sent it before, and had no acknowledgement.
    """

    topic: str
    payload: bytes
    received_at_utc: datetime
    connection: int
    packet: int
    quality: int
    is_again: bool

    @property
    def key(self) -> bytes | None:
        """Its packet's number, which stays the same when it is sent again; none of QoS 0."""
        return str(self.packet).encode() if self.quality else None
