"""The command that writes a simulated community: simulate."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from wattlake.app.commands._options import DAY, DAY_FORMATS, Folder, Seed
from wattlake.app.render import say

SHOWN = ("Try it without data", 20)


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
