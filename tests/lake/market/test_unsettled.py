"""Slots that are not settled are counted, with why and what mends it; a bill adds up over its month."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from harness.lake_community import DAYS, STAGES, prices
from harness.lake_steps import NOW, build_all, land_rows, select
from wattlake.app.bill_page import sentences
from wattlake.lake.market import unsettled
from wattlake.lake.market.settlement import settle
from wattlake.lake.quality import GateError
from wattlake.lake.reports.bill import read_bill
from wattlake.lake.reports.status import troubles
from wattlake.lake.store.lake import Lake

WITHOUT_METER = "select member_id from silver.member where panel_kwp > 0 and production_meter_id is null"


def test_slots_without_a_price_are_told_with_what_mends_them_and_a_bill_adds_up(calendar_lake: Lake, tmp_path: Path):
    STAGES[0](calendar_lake, tmp_path)
    STAGES[1](calendar_lake, tmp_path)
    build_all(calendar_lake)
    assert troubles(calendar_lake.reader()) == [], "nothing is amiss before the first settlement"
    assert list(unsettled.unbooked(calendar_lake.reader())) != []
    list(settle(calendar_lake, NOW, "run"))
    build_all(calendar_lake, "bills")

    reader = calendar_lake.reader()
    (trouble,) = (said for said in troubles(reader) if "no price" in said)
    assert f"from {DAYS[2]} to {DAYS[3]} are not settled: no price. Run `wattlake backfill energy_charts" in trouble
    assert list(unsettled.unbooked(reader)) == []
    expect_bills_to_add_up(calendar_lake)

    land_rows(calendar_lake, "energy_charts", "https://price.test/price?start=2013-02-01", prices(DAYS[2], 2, 40))
    build_all(calendar_lake, "priced")
    list(settle(calendar_lake, NOW, "run"))
    build_all(calendar_lake, "priced bills")
    assert [said for said in troubles(calendar_lake.reader()) if "no price" in said] == []
    expect_bills_to_add_up(calendar_lake)
    expect_what_is_to_come_to_lack_nothing(calendar_lake)


def expect_bills_to_add_up(lake: Lake) -> None:
    """Settled from readings, provisional and unsettled slots are the hours of January in which the member was there."""
    bills = select(lake, "select member_id, slots from gold.member_bill_monthly where local_month = date '2013-01-01'")
    assert bills != []
    without_meter = {member_id for (member_id,) in select(lake, WITHOUT_METER)}
    for member_id, slots in bills:
        bill = read_bill(lake.reader(), member_id, date(2013, 1, 1))
        assert bill.member_slots == 31 * 24
        assert bill.slots == slots < bill.member_slots
        said = sentences(bill)[-1]
        assert said.startswith("Of 744 slots of the month, ")
        assert "All" not in said
        assert bill.computed_kwh == (bill.production_kwh if member_id in without_meter else 0)
        assert ("computed from the weather" in sentences(bill)[0]) == (bill.computed_kwh > 0)


def expect_what_is_to_come_to_lack_nothing(lake: Lake) -> None:
    """A bill of the running month counts the slots up to the community's newest energy."""
    ((newest,),) = select(lake, "select max(period_start_utc) from gold.energy_flow")
    bill = read_bill(lake.reader(), "anna", date(2013, 2, 1))
    assert bill.member_slots == (newest - datetime(2013, 2, 1)) // timedelta(hours=1) + 1  # noqa: DTZ001


def test_a_slot_that_would_be_left_out_for_no_reason_lets_nothing_be_settled(calendar_lake: Lake, tmp_path: Path):
    STAGES[0](calendar_lake, tmp_path)
    build_all(calendar_lake)
    calendar_lake.write(
        lambda connection: connection.execute(
            "update gold.energy_flow set production_kwh = null, self_consumption_kwh = null, surplus_kwh = null, "
            "deficit_kwh = null where member_id = 'anna' and hour(period_start_utc) = 12"
        )
    )
    fault = (
        f"2 slots of 1 members from {DAYS[0]} to {DAYS[1]} are not settled: nothing says why, which is a fault. "
        "Run `wattlake build --full`, `wattlake settle`."
    )
    assert fault in list(unsettled.unbooked(calendar_lake.reader()))
    with pytest.raises(GateError, match=r"each member's slot is settled or has its reason \(2 of"):
        list(settle(calendar_lake, NOW, "run"))
    assert select(calendar_lake, "select count(*) from gold.settled_position") == [(0,)]
