"""The command that says how a meter file, or a plant's file, is read: map."""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from wattlake.app.render import say, show_table
from wattlake.lake.mapping import AnyMapping

SHOWN = ("Fill the lake", 120)

MAPPING = "mapping.toml"
SHOWN_ROWS = 12
TRIED_ROWS = 500
SHOWN_COLUMNS = {
    "smart_meters": ("line", "meter_id", "period_start_utc", "period_minutes", "energy_kwh"),
    "inverters": (
        "line",
        "plant_id",
        "panel_id",
        "period_start_utc",
        "ac_power_w",
        "dc_power_w",
        "irradiance_w_per_m2",
    ),
}


def map(
    file: Annotated[
        Path, typer.Argument(help="A meter file, or one of a plant: CSV or other text in columns, plain or gzipped.")
    ],
    mapping: Annotated[Path | None, typer.Option(help="Show how this mapping reads it, and propose none.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder, made if missing, for a `mapping.toml`, or file `….toml`, to write it to."),
    ] = None,
) -> None:
    """Propose a mapping for a meter file or a file of a solar plant, and show its first readings as they would be read.

    As `mapping.toml` in a folder of the inbox, a mapping holds for all files there and in the folders below.
    """
    from wattlake.app.mapping_proposal.as_toml import propose
    from wattlake.lake.landing.inbox_file import quotes_in
    from wattlake.lake.mapping import read_mapping, read_mapping_file
    from wattlake.lake.settings import Settings

    if not file.is_file():
        raise ValueError(f"There is no file `{file}`. Name a meter file.")
    quotes_in(file)  # What would not be landed, as it has a line without an end or unpacks to too much, is refused.
    if mapping:
        _show_readings(file, read_mapping_file(mapping)[0])
        return
    proposal = propose(file, Settings().timezone)
    say(proposal.rstrip())
    _show_readings(file, read_mapping(proposal, "The proposal"))
    if out:
        target = out if out.suffix == ".toml" and not out.is_dir() else out / MAPPING
        if target.exists():
            raise ValueError(f"There is a {target} already. Name another file, or take that one away.")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(proposal, encoding="utf-8")
        say(f"\nWrote {target}.")


def _show_readings(file: Path, mapping: AnyMapping) -> None:
    from wattlake.lake.landing.readers.cells import mapped_rows
    from wattlake.lake.mapping.readings import try_mapping

    rows = islice(mapped_rows(file, mapping), TRIED_ROWS)
    readings = try_mapping(mapping, file.name, rows, datetime.now(UTC))
    aside = readings.filter(pl.col("quarantine_reason").is_not_null())
    shown = readings.select(*SHOWN_COLUMNS[mapping.SOURCE], pl.col("quarantine_reason").alias("set aside"))
    show_table(f"The first readings of {file.name}, as `{mapping.name}` reads them", shown.head(SHOWN_ROWS))
    if len(aside):
        reason, line = aside.select("quarantine_reason", "line").row(0)
        count = f"Of the first {len(readings):,} readings {len(aside):,} would be set aside"
        say(f"{count}, the first in line {line}: {reason}.")
