"""Smart-meter files: in the layouts of the public London set, or any that a ``mapping.toml`` beside them describes.

The London set is of UK Power Networks, Low Carbon London:
https://data.london.gov.uk/dataset/smartmeter-energy-use-data-in-london-households. There may be ten gigabytes of it, so
DuckDB reads the files; they are never loaded into Python.
"""

from collections.abc import Iterable
from pathlib import Path

from tasks.sources._folder import files_below, is_csv

LICENCE = "UK Power Networks, Low Carbon London, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"

LAYOUTS: tuple[tuple[str, ...], ...] = (
    ("LCLid", "tstp", "energy(kWh/hh)"),
    ("LCLid", "DateTime", "KWH/hh (per half hour)"),
)
"""The headers a file without a mapping must have, one set per layout: one file per home or block, and the original
release."""

MAPPING = "mapping.toml"
MAPPED_ENDINGS = (".csv", ".txt", ".gz")


def files(path: Path) -> list[Path]:
    """The meter files of the inbox: CSV, and where there is a mapping for them any text, in the order of their paths.

    Raises:
        ValueError: there is no such path, or no meter file in it.
    """
    mapped = _mapped_folders(path)

    def is_wanted(file: Path) -> bool:
        return is_csv(file) or (file.name.lower().endswith(MAPPED_ENDINGS) and _mapping(file, mapped) is not None)

    return files_below(path, is_wanted)


def mapping_files(path: Path, meter_files: Iterable[Path]) -> dict[Path, Path]:
    """For each meter file of the inbox that has a mapping, where it stands: in the nearest folder above the file."""
    mapped = _mapped_folders(path)
    found = {file: _mapping(file, mapped) for file in meter_files}
    return {file: mapping for file, mapping in found.items() if mapping is not None}


def _mapped_folders(path: Path) -> set[Path]:
    folder = path if path.is_dir() else path.parent
    mappings = folder.rglob(MAPPING) if path.is_dir() else folder.glob(MAPPING)
    return {mapping.parent for mapping in mappings if mapping.is_file()}


def _mapping(file: Path, mapped: set[Path]) -> Path | None:
    return next((folder / MAPPING for folder in file.parents if folder in mapped), None)
