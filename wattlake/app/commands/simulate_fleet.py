"""The command that writes a simulated solar fleet: simulate-fleet."""

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from wattlake.app.commands._options import DAY, DAY_FORMATS, Folder, Seed
from wattlake.app.render import say

SHOWN = ("Try it without data", 30)


def simulate_fleet(
    out: Folder,
    panels: Annotated[int, typer.Option(min=1, max=10_000, help="Inverters of the fleet.")] = 22,
    days: Annotated[int, typer.Option(min=1, max=3_650, help="Days of readings.")] = 34,
    plants: Annotated[int, typer.Option(min=1, max=1_000, help="Plants that they are spread over.")] = 1,
    faults: Annotated[int, typer.Option(min=0, help="Panels that have each kind of fault.")] = 1,
    seed: Seed = 7,
    until: Annotated[
        datetime | None,
        typer.Option(metavar=DAY, formats=DAY_FORMATS, help="Day the readings end before; today by default."),
    ] = None,
) -> None:
    """Write a simulated solar fleet: files of inverters and of the weather, a register, and faults to be found.

    Point `WATTLAKE_INVERTERS` at what it writes, then `wattlake ingest inverters`, `wattlake build`, `wattlake fleet`.
    """
    from wattlake.app.sandbox import fleet as sandbox

    end: date = until.date() if until else datetime.now(UTC).date()
    made = sandbox.simulate_fleet(panels, days, seed, out, end, plants, faults)
    say(
        f"Wrote {made.readings:,} readings of {panels:,} panels and the register to {made.folder}; "
        f"{out / 'planted_faults.csv'} says which of them have a fault."
    )
