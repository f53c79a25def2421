"""A contract is found by the name of its table: it lives in the folder of its layer."""

from collections import Counter

import pytest

from wattlake.lake.contracts import contracts
from wattlake.lake.contracts.base import Contract

FOLDERS = {
    "bronze": "sources",
    "silver": "sources",
    "gold": "gold",
    "warehouse": "warehouse",
    "star": "star",
    "ops": "ops",
}
DECLARED = {table: contract.__module__ for table, contract in contracts().items() if "quarantine." not in table}


def folder_of(module: str) -> str:
    """Name the folder of a module of contracts, from its dotted name."""
    return module.removeprefix("wattlake.lake.contracts.").partition(".")[0]


def below(contract: type[Contract]) -> list[type[Contract]]:
    """List every contract that is made from one, directly or not."""
    return [found for child in contract.__subclasses__() for found in (child, *below(child))]


@pytest.mark.parametrize("table", DECLARED)
def test_a_contract_lives_in_the_folder_of_its_layer(table: str):
    assert folder_of(DECLARED[table]) == FOLDERS[table.partition(".")[0]], DECLARED[table]


def test_a_source_is_one_module_with_one_bronze_table_of_its_name():
    bronze = {table.removeprefix("bronze."): module for table, module in DECLARED.items() if "bronze." in table}
    assert bronze == {name: f"wattlake.lake.contracts.sources.{name}" for name in bronze}
    assert {module for module in DECLARED.values() if folder_of(module) == "sources"} == set(bronze.values())


def test_no_two_contracts_describe_one_table():
    # A contract of a test lives elsewhere, and one with two bases is met twice.
    described = {
        found for found in below(Contract) if found.Config.metadata and found.__module__.startswith("wattlake.")
    }
    tables = Counter(contract.Config.metadata["table"].name for contract in described)
    assert [table for table, times in tables.items() if times > 1] == []
