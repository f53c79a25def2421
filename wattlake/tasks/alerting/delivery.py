"""One message to one address, by apprise."""

import logging
from io import StringIO

from apprise import Apprise, LogCapture, NotifyType

from wattlake.lake.alert_settings import AlertAddress
from wattlake.lake.foreign_text import printable
from wattlake.lake.streaming.alert_messages import AlertMessage

TYPES = {"error": NotifyType.FAILURE, "warn": NotifyType.WARNING}
SECONDS = 4
"""Apprise waits so long for a connection, and as long for an answer, where the address does not say otherwise."""


class DeliveryError(RuntimeError):
    """An address did not take a message; the reason holds nothing of the address."""


def expect_known(name: str, address: AlertAddress) -> None:
    """Refuse an address that apprise cannot send to.

    Raises:
        ValueError: apprise knows no such service, or the address lacks a part.
    """
    if not Apprise().add(address.get_secret_value()):
        raise ValueError(
            f"The address `{name}` ({address}) is none that alerts can be sent to. Correct WATTLAKE_ALERT__"
            f"{name.upper()}; https://github.com/caronc/apprise lists the services and how their addresses are written."
        )


def deliver(message: AlertMessage, address: AlertAddress) -> None:
    """Send one message to one address, and wait until it is taken: some seconds at most.

    Raises:
        DeliveryError: it was not taken.
    """
    service = Apprise()
    service.add(address.get_secret_value())
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
        is_taken = service.notify(
            title=title_of(message), body=body_of(message), notify_type=TYPES.get(message.severity, NotifyType.INFO)
        )
        reason = _reason(log, address)
    if not is_taken:
        raise DeliveryError(f"The address `{message.address}` ({address}) did not take an alert: {reason}")


def title_of(message: AlertMessage) -> str:
    """Write what is wrong, and with whom."""
    subject = message.meter_id or message.member_id or message.zone or "the stream"
    owner = f" of {message.member_id}" if message.member_id and message.meter_id else ""
    return printable(f"{message.rule.replace('_', ' ')}: {subject}{owner}")


def body_of(message: AlertMessage) -> str:
    """Write what was seen, since when, until when, and how to find it again."""
    until = f" until {message.ended_at_utc:%Y-%m-%d %H:%M:%S}" if message.ended_at_utc else ""
    seen = printable(message.evidence)
    return f"{seen}\nSince {message.started_at_utc:%Y-%m-%d %H:%M:%S}{until} UTC. Alert {message.alert_id}."


def _reason(log: StringIO, address: AlertAddress) -> str:
    """Give the last that apprise said, without what opens the address."""
    said_last = (log.getvalue().strip().splitlines() or ["no reason was given"])[-1]
    opening = address.get_secret_value().partition("://")[2]
    hidden = [part for part in (opening, *opening.replace("@", "/").replace(":", "/").split("/")) if len(part) > 3]
    for part in sorted(hidden, key=len, reverse=True):
        said_last = said_last.replace(part, "…")
    return printable(said_last)
