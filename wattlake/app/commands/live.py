"""The command that tries the stream: live."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from wattlake.app.commands._port import Port, expect_free
from wattlake.app.render import note, say, show_table
from wattlake.lake.settings import Settings

if TYPE_CHECKING:
    from wattlake.app.live.processes import Program
    from wattlake.app.live.world import World
    from wattlake.tasks.streaming.disturbances import Disturbance
    from wattlake.tasks.streaming.replay import Due
    from wattlake.tasks.streaming.transports import Outgoing

SHOWN = ("Try it without data", 15)


def live(
    port: Port = 8501,
    speed: Annotated[
        float, typer.Option(min=2, help="How many times as fast the day before passes; 1440 is a minute.")
    ] = 1440,
    seconds: Annotated[
        float | None, typer.Option("--for", metavar="SECONDS", min=0, help="End after so many seconds.")
    ] = None,
) -> None:
    """Try the stream: a simulated community sends, planted alarms too; the Live page shows it.

    It needs a broker that the settings name, such as `WATTLAKE_STREAM__BROKER=mqtt://localhost:1883`; `make live`
    brings one. The lake is made anew each time, in the folder `data-live`. Ctrl-C ends all that was started.
    """
    from wattlake.app.live.world import environment_kept, make_world
    from wattlake.tasks.landing.stopping import stopped_by_signals

    settings = Settings()
    if not settings.stream:
        raise ValueError(
            "There is no broker to try it with. `make live` in the source brings one; or name yours, such as "
            "WATTLAKE_STREAM__BROKER=mqtt://localhost:1883."
        )
    expect_free(port)
    with environment_kept(), stopped_by_signals(seconds) as stopped:
        note("Simulating a community and building a month of it, which takes some seconds ...")
        world = make_world(_now())
        _open_once(world)
        _run(world, port, speed, stopped)
    say(f"Stopped, and ended what was started. The lake stays in {world.folder} until the next time.")


def _run(world: "World", port: int, speed: float, stopped: Event) -> None:
    from wattlake.app.live.playing import day_before, present, until_it_meets
    from wattlake.app.live.processes import consumer_and_page
    from wattlake.tasks.streaming.publishers import publisher_to

    with consumer_and_page(world.folder, port) as programs, publisher_to(world.settings.stream) as publisher:
        say(f"Look at http://127.0.0.1:{port}/live (Ctrl-C stops).")
        send = partial(_send, programs, publisher.publish)
        sequence, planted = day_before(world, _now())
        _tell(world, [], planted)
        say(f"The day before passes {speed:,.0f} times as fast as it was; then it goes on as time does.")
        _play(until_it_meets(sequence, _now), send, speed, stopped)
        if not stopped.is_set():
            say("It has reached the present.")
            _play(present(world, _now, partial(_tell, world, planted)), send, 1, stopped)


def _play(
    sequence: Iterator["Due"], send: Callable[[Sequence["Outgoing"]], None], speed: float, stopped: Event
) -> None:
    from wattlake.tasks.streaming.replay import play

    play(sequence, send, speed=speed, seconds=time.monotonic, stopped=stopped)


def _send(
    programs: Sequence["Program"], publish: Callable[[Sequence["Outgoing"]], None], records: Sequence["Outgoing"]
) -> None:
    """Send records while both programs run: nobody would see them otherwise."""
    for program in programs:
        program.expect_running()
    publish(records)


def _open_once(world: "World") -> None:
    """Let the broker know the consumer's subscription before the first message is sent."""
    from wattlake.tasks.streaming.running import transport_of

    transport = transport_of(world.settings.stream, _now)
    transport.open({})
    transport.close()


def _tell(world: "World", earlier: Sequence["Disturbance"], planted: Sequence["Disturbance"]) -> None:
    """Show what is planted, and list all of it in a file beside the lake."""
    from wattlake.tasks.streaming.replaying import written

    rows = [
        {
            "planted": each.kind,
            "meter_id": each.meter_id,
            "from_utc": f"{each.from_utc:%Y-%m-%d %H:%M:%S}",
            "to_utc": f"{each.to_utc:%H:%M:%S}",
            "alert": each.rule or "none",
        }
        for each in planted
    ]
    show_table("Planted", pl.DataFrame(rows))
    (world.folder / "planted.json").write_text(written([*earlier, *planted]), encoding="utf-8")


def _now() -> datetime:
    return datetime.now(UTC)
