"""The command that takes a stream's messages into the lake: stream."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from wattlake.app.render import say
from wattlake.lake.runs.record import configure_logging
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

if TYPE_CHECKING:
    from wattlake.tasks.streaming.consumer import Step

SHOWN = ("Fill the lake", 36)


def stream(
    from_oldest: Annotated[
        list[str] | None,
        typer.Option(metavar="TOPIC", help="Read this topic anew, from the oldest message that its broker has."),
    ] = None,
    every: Annotated[float, typer.Option(min=0, max=3600, help="Seconds from one line of progress to the next.")] = 10,
    seconds: Annotated[
        float | None, typer.Option("--for", metavar="SECONDS", min=0, help="End after so many seconds.")
    ] = None,
) -> None:
    """Take messages of Kafka, Event Hubs or MQTT into the lake as they come, until Ctrl-C.

    `WATTLAKE_STREAM__BROKER=kafka://host:9092` names the broker, `WATTLAKE_STREAM__TOPICS__ENERGY_METERS` the topics;
    `.env.example` has the rest. Every one and a half seconds what came is one commit: the messages as they were, their
    events, the windows of five minutes that they touch, alerts, and where to go on. So a stream that was killed goes
    on where it stood, and of Kafka's messages none is lost or doubled. A second one of the same name is refused.
    """
    from wattlake.tasks.landing.stopping import stopped_by_signals
    from wattlake.tasks.streaming.running import run_stream

    settings = Settings()
    configure_logging(settings.log_format)
    with stopped_by_signals(seconds) as stopped:
        say("Reading the stream (Ctrl-C stops).")
        shown = _Shown(every)
        for step in run_stream(Lake(settings), lambda: datetime.now(UTC), stopped, from_oldest=from_oldest or []):
            shown.add(step)
        shown.say_rest()
    say("Stopped; what was begun was ended.")


class _Shown:
    """Lines of progress, each of what came since the one before."""

    def __init__(self, every_seconds: float) -> None:
        """Begin with nothing."""
        self.every_seconds, self.newest_utc = every_seconds, "none"
        self._begin()

    def _begin(self) -> None:
        self.messages, self.refused, self.seconds, self.waiting = 0, 0, 0.0, 0

    def add(self, step: "Step") -> None:
        """Count a round, and say a line when it is time."""
        self.seconds += step.seconds
        self.waiting = step.waiting
        if step.committed:
            self.messages += step.committed.messages
            self.refused += step.committed.refused
            self.newest_utc = f"{datetime.now(UTC):%H:%M:%S} UTC"
        if self.seconds >= self.every_seconds:
            self.say_rest()

    def say_rest(self) -> None:
        """Say what came since the last line, if anything did."""
        if self.messages:
            rate = f"{self.messages / max(self.seconds, 0.001):,.0f}/s"
            refused = f", {self.refused:,} could not be read" if self.refused else ""
            say(f"{self.messages:,} messages, {rate}{refused}; {self.waiting:,} wait; last commit {self.newest_utc}.")
        self._begin()
