"""Spoiled files of every layout that is CSV: refused in a sentence, or no reading kept that a row does not say."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.support.full import IS_FULL
from tests.support.mutants import BYTES, Mutant, Spoil, mutants
from tests.support.strict_layouts import file_of, unexplained
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.layouts import Layout, layouts, recognise
from wattlake.lake.landing.readers.cells import OF_STRUCTURE, mapped_rows
from wattlake.lake.mapping import Mapping
from wattlake.lake.mapping.readings import try_mapping

AT = datetime(2026, 1, 1, tzinfo=UTC)
OF_A_STRUCTURE = {frozenset(reader.COLUMNS) for reader in OF_STRUCTURE}
NAMES = {"octopus": "home.csv"} | dict.fromkeys(("pge", "pge-kwh", "pge-net"), "pge_electric.csv")
LAYOUTS = {
    layout.name.removeprefix("layout-"): layout
    for layout in layouts()
    if isinstance(layout.mapping, Mapping) and layout.mapping.recognise
    and frozenset(layout.mapping.recognise.header) not in OF_A_STRUCTURE
}  # fmt: skip
MUTANTS = 200 if IS_FULL else 3


def read(path: Path, layout: Layout) -> list[tuple[str, datetime, int, object]]:
    """The readings that are kept of a file; none where it has another layout."""
    if recognise(path) != layout:
        return []
    readings = try_mapping(layout.mapping, path.name, mapped_rows(path, layout.mapping), AT)
    names = ("meter_id", "period_start_utc", "period_minutes", "energy_kwh")
    return readings.filter(pl.col("quarantine_reason").is_null()).select(names).rows()  # type: ignore[return-value]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", LAYOUTS)
def test_no_reading_of_a_spoiled_file_is_kept_that_no_row_says(tmp_path: Path, name: str):
    layout = LAYOUTS[name]
    assert isinstance(layout.mapping, Mapping)
    whole = file_of(layout.mapping)
    path = tmp_path / NAMES.get(name, "file.csv")
    path.write_bytes(whole)
    all_of_it = read(path, layout)
    assert len(all_of_it) >= 20, "the file is none of its layout"
    assert unexplained(whole, layout.mapping, all_of_it) == []  # type: ignore[arg-type]
    for mutant in mutants(name, [whole] * MUTANTS, _ways_for(name)):
        _hold(path, layout, mutant)


def _ways_for(name: str) -> dict[str, Spoil]:
    """The ways to spoil a file, of which every second layout begins in the middle: two of them are spoiled in all."""
    ways = list(BYTES.items())
    begin = len(ways) // 2 * (list(LAYOUTS).index(name) % 2)
    return dict(ways[begin:] + ways[:begin])


def _hold(path: Path, layout: Layout, mutant: Mutant) -> None:
    path.write_bytes(mutant.content)
    try:
        kept = read(path, layout)
    except UnreadableFileError as error:
        assert str(error).startswith(str(path))
        assert str(error).isprintable()
        return
    assert isinstance(layout.mapping, Mapping)
    assert unexplained(mutant.content, layout.mapping, kept) == [], f"{mutant}"  # type: ignore[arg-type]
