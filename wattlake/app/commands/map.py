"""The command that says how a meter file, or a plant's file, is read: map."""

from pathlib import Path
from typing import Annotated

import typer

from wattlake.app.render import say

SHOWN = ("Fill the lake", 120)
MAPPING = "mapping.toml"

AFile = Annotated[
    Path,
    typer.Argument(
        help="A meter file, or one of a plant: CSV or other text in columns, plain or gzipped; or a folder."
    ),
]
AMapping = Annotated[Path | None, typer.Option(help="Show how this mapping reads it, and propose none.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="Folder, made if missing, for a `mapping.toml`, or file `….toml`, to write it to."),
]
UNITS = "The energy's unit: kWh, Wh, MWh, kW, W, MW, or `total kWh` for numbers that count up."
AUnit = Annotated[str, typer.Option(help=UNITS)]
Meter = Annotated[str, typer.Option(help="The column that names the meter.", metavar="COLUMN")]
Consumed = Annotated[
    list[str] | None,
    typer.Option("--value", help="A column of what was consumed; several are summed.", metavar="COLUMN"),
]
Produced = Annotated[
    list[str] | None, typer.Option(help="A column of what was produced; several are summed.", metavar="COLUMN")
]


def map(
    file: AFile,
    mapping: AMapping = None,
    out: Out = None,
    unit: AUnit = "",
    meter: Meter = "",
    value: Consumed = None,
    production: Produced = None,
) -> None:
    """Propose a mapping for a meter file or a file of a solar plant, and show how the whole file would be read.

    As `mapping.toml` in a folder of the inbox, a mapping holds for all files there and in the folders below. Of a
    folder, each kind of file in it is shown.
    """
    from wattlake.app.mapping_proposal.folder import map_folder
    from wattlake.app.mapping_proposal.given import given_by
    from wattlake.app.mapping_proposal.show import propose_and_show, show_readings
    from wattlake.lake.landing.inbox_file import quotes_in
    from wattlake.lake.mapping import read_mapping_file

    given = given_by(unit=unit, meter=meter, values=value or [], production=production or [])
    if file.is_dir() and not mapping:
        return map_folder(file, given, out)
    if not file.is_file():
        raise ValueError(f"There is no file `{file}`. Name a meter file.")
    quotes_in(file)  # What would not be landed, as it has a line without an end or unpacks to too much, is refused.
    if mapping:
        return show_readings(file, read_mapping_file(mapping)[0])
    proposal = propose_and_show(file, given)
    return _write(proposal, out) if out and proposal else None


def _write(proposal: str, out: Path) -> None:
    """Write a proposal to a file, or to `mapping.toml` in a folder.

    Raises:
        ValueError: there is one already.
    """
    target = out if out.suffix == ".toml" and not out.is_dir() else out / MAPPING
    if target.exists():
        raise ValueError(f"There is a {target} already. Name another file, or take that one away.")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(proposal, encoding="utf-8")
    say(f"\nWrote {target}.")
