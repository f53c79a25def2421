"""The command that plays history as a stream of messages: replay."""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wattlake.app.commands._options import DAY, DAY_FORMATS, Seed
from wattlake.app.render import say
from wattlake.lake.runs.record import configure_logging
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import aware_utc

if TYPE_CHECKING:
    from wattlake.tasks.streaming.replaying import History, Stretch

SHOWN = ("Try it without data", 60)

Members = Annotated[
    int, typer.Option(min=0, help="Play a simulated community of so many members and not the lake's history.")
]
Disturb = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND[:N]",
        help="Plant a disturbance, N times: drop, double, late, spike, impossible, frozen, jump or silent. Repeatable.",
    ),
]
Planted = Annotated[
    Path | None, typer.Option(metavar="FILE", help="List what was planted there, with the alerts that must come.")
]


def replay(
    first: Annotated[datetime, typer.Option("--from", metavar=DAY, formats=DAY_FORMATS, help="First UTC day.")],
    last: Annotated[datetime, typer.Option("--to", metavar=DAY, formats=DAY_FORMATS, help="Last UTC day, included.")],
    speed: Annotated[
        float, typer.Option(min=0, help="How many times as fast as it was; 1440 is a day in a minute, 0 at once.")
    ] = 1440,
    shift_to_now: Annotated[
        bool, typer.Option("--shift-to-now", help="Send it with later times, so that it ends in the present.")
    ] = False,
    step_minutes: Annotated[
        int, typer.Option(min=0, max=60, help="Cut readings into parts of so many minutes; 0 leaves them whole.")
    ] = 0,
    simulated: Members = 0,
    disturb: Disturb = None,
    planted: Planted = None,
    seed: Seed = 7,
    topic: Annotated[str, typer.Option(help="The topic to send to; the first of the settings by default.")] = "",
) -> None:
    """Send a stretch of history as messages to the broker of the settings, in order of time.

    Readings of the lake, or of the community that `wattlake simulate` writes with equal members, days and seed, become
    messages of the form `energy-meters`. `wattlake stream` with the same settings takes them in.
    """
    from wattlake.tasks.streaming.replaying import Stretch

    settings = Settings()
    configure_logging(settings.log_format)
    from_utc, to_utc = aware_utc(first), aware_utc(last) + timedelta(days=1)
    shift = _shift(to_utc, (to_utc - from_utc).total_seconds() / speed if speed else 0.0) if shift_to_now else None
    step = timedelta(minutes=step_minutes) if step_minutes else None
    sent_to = topic or settings.stream.topics.named("energy_meters")[0]
    stretch = Stretch(
        from_utc, to_utc, shift or timedelta(0), step, disturb=_kinds(disturb or []), seed=seed, topic=sent_to
    )
    _send(settings, _history(settings, stretch, simulated), stretch, speed=speed, listed=planted)


def _shift(to_utc: datetime, seconds: float) -> timedelta:
    from wattlake.tasks.streaming.replaying import shift_to

    return shift_to(datetime.now(UTC), to_utc, seconds=seconds, grid=timedelta(minutes=30))


def _kinds(disturb: list[str]) -> list[str]:
    kinds = []
    for asked in disturb:
        kind, _, count = asked.partition(":")
        if count and not count.isdigit():
            raise ValueError(f"`{asked}` says no number. Give a kind, or a kind and how often: spike:2.")
        kinds += [kind] * int(count or 1)
    return kinds


def _history(settings: Settings, stretch: "Stretch", members: int) -> "History":
    if members:
        from wattlake.app.simulated_readings import SimulatedReadings

        days = (stretch.to_utc - stretch.from_utc).days
        return SimulatedReadings(members, days=days, until=stretch.to_utc.date(), seed=stretch.seed)
    from wattlake.tasks.streaming.history import LakeHistory

    return LakeHistory(Lake(settings, read_only=True).reader())


def _send(settings: Settings, history: "History", stretch: "Stretch", *, speed: float, listed: Path | None) -> None:
    from wattlake.tasks.landing.stopping import stopped_by_signals
    from wattlake.tasks.streaming.publishers import publisher_to
    from wattlake.tasks.streaming.replay import play
    from wattlake.tasks.streaming.replaying import prepare, written

    with publisher_to(settings.stream) as publisher, stopped_by_signals() as stopped:
        sequence, planted = prepare(history, stretch)
        if listed:
            listed.write_text(written(planted), encoding="utf-8")
        say(f"Sending to {stretch.topic}; planted: {_counted(each.kind for each in planted)}.")
        sent = play(sequence, publisher.publish, speed=speed, seconds=time.monotonic, stopped=stopped)
    say(f"Sent {sent:,} messages{' and was stopped' if stopped.is_set() else ''}.")


def _counted(kinds: Iterable[str]) -> str:
    return ", ".join(f"{number} {kind}" for kind, number in Counter(kinds).items()) or "nothing"
