"""Commands that make a world to try Wattlake on: simulate, sandbox, demo."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from wattlake.app.commands import DAY, DAY_FORMATS, Folder, Now, Port, Seed, expect_free, instant
from wattlake.app.commands.work import show_run
from wattlake.app.prefect_server import prefect_at_the_terminal
from wattlake.app.render import say
from wattlake.lake.runs.record import configure_logging
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

FIRST_YEAR, LAST_YEAR = 2005, 2100


def simulate(
    out: Folder,
    members: Annotated[int, typer.Option(min=1, max=100_000, help="Members of the community.")] = 60,
    days: Annotated[int, typer.Option(min=1, max=3_650, help="Days of readings.")] = 45,
    seed: Seed = 7,
    until: Annotated[
        datetime | None,
        typer.Option(metavar=DAY, formats=DAY_FORMATS, help="Day the readings end before; today by default."),
    ] = None,
    joining_days: Annotated[
        int, typer.Option(min=0, help="Members join over so many of the first days; 0: few join late.")
    ] = 0,
    files: Annotated[int, typer.Option(min=0, help="Spread the meters over so many files; 0: 50 meters in each.")] = 0,
    register_for: Annotated[
        Path | None, typer.Option(exists=True, help="Only write a register for the real meter files of this folder.")
    ] = None,
) -> None:
    """Write a simulated community: meter files in the London layout, and its register.

    Point `WATTLAKE_SMART_METERS` and `WATTLAKE_MEMBERS` at what it writes, and `wattlake sandbox` gives it weather.
    """
    from wattlake.app.sandbox import community

    if register_for:
        say(f"Wrote {community.register_for(register_for, out, seed)}.")
        return
    end: date = until.date() if until else datetime.now(UTC).date()
    made = community.simulate(members, days, seed, out, end, joining_days, files)
    say(
        f"Wrote {made.readings:,} readings of {made.meters} meters to {made.meter_folder} and the register of "
        f"{made.members} members to {made.register}."
    )


def sandbox(
    port: Port = 8701,
    seed: Seed = 7,
    now: Now = None,
) -> None:
    """Serve the four APIs on this machine, and to it alone, from a simulated world, until stopped with Ctrl-C.

    To use it, set the addresses `WATTLAKE_URL__OPEN_METEO_ARCHIVE`, `…__OPEN_METEO_FORECAST`,
    `…__OPEN_METEO_PREVIOUS_RUNS`, `…__ENERGY_CHARTS`, `…__PVGIS` and `…__CARBON_INTENSITY` to what it prints.
    `PUT /sandbox/faults` makes it misbehave.
    """
    from wattlake.app.sandbox.server import serve

    if now and not FIRST_YEAR <= now.year <= LAST_YEAR:
        raise ValueError(f"The simulated world is from {FIRST_YEAR} to {LAST_YEAR}: give a --now between them.")
    expect_free(port)
    say(f"Serving Open-Meteo, Energy-Charts, PVGIS and Carbon Intensity on http://127.0.0.1:{port} (Ctrl-C stops).")
    serve(port=port, seed=seed, now=instant(now))


def demo() -> None:
    """Try it: simulate a community of 60 members and a solar fleet, land and build 80 days, forecast the next.

    Needs no network. Running it again finds nothing new.
    """
    from wattlake.app.demo import run_demo

    settings = Settings()
    configure_logging(settings.log_format)
    with prefect_at_the_terminal():
        seconds = run_demo(settings)
    show_run(Lake(settings, read_only=True), seconds)
    say("All of it is simulated. Look at it with `make dashboard` (or `wattlake dashboard`), or ask `wattlake sql`.")
