"""The data dictionary: as the contracts are today, and with everything that a lake has."""

import re

from harness.lake_steps import select
from wattlake.lake.contracts import contracts
from wattlake.lake.reports.dictionary import page
from wattlake.lake.settings import PROJECT
from wattlake.lake.store.lake import Lake

EVERY_COLUMN = """
select schema_name || '.' || table_name, column_name, lower(data_type)
from duckdb_columns() where database_name = 'lake' and schema_name <> 'main'
"""


def described() -> dict[str, dict[str, str]]:
    """The columns and types that the page in docs has, by the title they stand under."""
    text = (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    sections = re.split(r"^### (.+)\n", text, flags=re.MULTILINE)[1:]
    rows = [re.findall(r"^\| `(.+?)` \| (.+?) \|", body, flags=re.MULTILINE) for body in sections[1::2]]
    return dict(zip(sections[::2], map(dict, rows), strict=True))


def lacking(lake: Lake) -> list[tuple[str, ...]]:
    """The columns of a lake that the page does not have, or has with another type."""
    told = described()
    columns = select(lake, EVERY_COLUMN)
    assert {table for table, *_ in columns} >= set(contracts())
    return [
        (table, name, kind)
        for table, name, kind in columns
        if told.get("Locks" if table.startswith("ops.lock_") else table, {}).get(name) != kind
    ]


def test_the_page_in_docs_is_what_the_contracts_say_today():
    written = (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert written == page() + "\n", "The contracts have changed. Run `make docs`."


def test_every_table_and_column_of_a_built_lake_is_in_it(built_at_once: Lake):
    assert lacking(built_at_once) == []


def test_so_are_those_of_a_new_lake_of_every_kind_the_locks_of_postgresql_with_them(lake: Lake):
    assert lacking(lake) == []


def test_it_tells_key_partitions_reach_and_promises_of_a_table():
    section = page().partition("### gold.member_bill_monthly\n")[2].partition("\n###")[0]
    assert "Key: `member_id`, `period_start_utc`." in section
    assert "Partitioned by `year(period_start_utc)`." in section
    assert "Looks ahead: a change on a day also changes the 32 days before it." in section
    assert "the parts add up to the total; " in section
    assert "| `slots` | bigint |  | given; ≥ 1 | Settled slots |" in section
    assert "Looks back: a change on a day also changes the 30 days after it." in page()
    assert "Remarked on where it does not hold: a meter has one owner at a time." in page()
    assert "| `price_category` | varchar |  | may be empty; one of low, normal, high |" in page()
