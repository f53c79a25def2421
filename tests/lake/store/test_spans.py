"""Which periods a table can hold is told by the catalog: never fewer than there are."""

from harness.lake_steps import fill_table, stored
from tests.support.planted import good_row
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.spans import Span, committed_spans

PRICE = "gold.spot_price"


def test_a_span_begins_with_the_first_period_of_all_files_and_ends_with_the_last(folder_lake: Lake):
    def write(*days: int) -> None:
        def insert(connection: Connection) -> None:
            row = good_row(PRICE)
            fill_table(connection, PRICE, [row | {"period_start_utc": stored(2013, 1, day, 12)} for day in days])

        folder_lake.write(insert)

    assert committed_spans(folder_lake.reader())[PRICE] == Span(None, None)
    assert "gold.zone" not in committed_spans(folder_lake.reader())
    write(4, 5)
    write(2)
    assert committed_spans(folder_lake.reader())[PRICE] == Span(stored(2013, 1, 2, 12), stored(2013, 1, 5, 12))
    folder_lake.write(lambda connection: connection.execute(f"delete from {PRICE} where day(period_start_utc) = 2"))
    assert committed_spans(folder_lake.reader())[PRICE] == Span(stored(2013, 1, 4, 12), stored(2013, 1, 5, 12))
    folder_lake.write(lambda connection: connection.execute(f"delete from {PRICE}"))
    assert committed_spans(folder_lake.reader())[PRICE] == Span(None, None)
