"""Each silver table has its quarantine, and only names of such tables have a pair."""

import pytest

from wattlake.lake.contracts import contracts
from wattlake.lake.contracts.quarantine import quarantine_of, silver_of


def test_each_silver_table_and_its_quarantine_are_a_pair():
    silver = [name for name in contracts() if name.startswith("silver.")]
    assert [silver_of(quarantine_of(name)) for name in silver] == silver
    assert {quarantine_of(name) for name in silver} == {name for name in contracts() if name.startswith("quarantine.")}
    assert quarantine_of("silver.meter_reading") == "quarantine.meter_reading"


def test_a_name_that_holds_the_schema_elsewhere_keeps_it():
    assert quarantine_of("silver.silver.x") == "quarantine.silver.x"


@pytest.mark.parametrize(("rename", "name"), [(quarantine_of, "gold.zone"), (silver_of, "silver.member")])
def test_a_name_of_another_schema_has_no_pair(rename, name: str):
    with pytest.raises(ValueError, match=f"`{name}` is not a table of the schema"):
        rename(name)
