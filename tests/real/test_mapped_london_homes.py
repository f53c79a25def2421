"""Real homes read by a proposed mapping are the readings that their own layout gives."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support import silver
from wattlake.app.mapping_proposal.as_toml import propose
from wattlake.app.mapping_proposal.guessed import Given
from wattlake.lake.landing.readers.cells import mapped_rows
from wattlake.lake.mapping import read_mapping
from wattlake.lake.mapping.readings import try_mapping

AT = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = ("meter_id", "period_start_utc", "period_minutes", "energy_kwh", "provenance", "known_at_utc")


@pytest.mark.parametrize(
    "home", ["MAC000003", *(pytest.param(home, marks=pytest.mark.long) for home in ("MAC000025", "MAC000126"))]
)
def test_a_real_home_is_read_by_a_proposed_mapping_as_by_its_own_layout(shared_data: Path, home: str):
    path = shared_data / "smart_meters" / "halfhourly_dataset" / f"{home}.csv"
    mapping = read_mapping(propose(path, Given("UTC"))[0], "The proposal")
    mapped = try_mapping(mapping, path.name, mapped_rows(path, mapping), AT)
    own = silver.rows("meter_reading", "smart_meters", silver.csv(path), fetched=AT)
    expected = sorted(tuple(row[name] for name in COLUMNS) for row in own if row["quarantine_reason"] is None)
    valid = mapped.filter(mapped["quarantine_reason"].is_null())
    utc = [column.dt.replace_time_zone("UTC") if column.dtype.is_temporal() else column for column in valid[COLUMNS]]
    assert len(expected) > 10_000
    assert sorted(zip(*utc, strict=True)) == expected
    assert len(mapped) - len(valid) == len(own) - len(expected)
