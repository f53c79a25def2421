"""The ledger: settled once whatever triggers it, re-settled where something changed, and checked anew from its rows."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.lake_community import DAYS, STAGES, prices
from harness.lake_steps import (
    METER_HEADER,
    NOW,
    REGISTER_HEADER,
    build_all,
    hashes_of,
    land,
    land_rows,
    select,
    stored,
    written,
)
from tests.support.lake_histories import LONG_AFTER
from tests.support.origins import SETTLED, Origins
from wattlake.lake.maintenance.housekeeping import maintain
from wattlake.lake.market import clearing
from wattlake.lake.market.ledger import Booked
from wattlake.lake.market.replay import replay
from wattlake.lake.market.settlement import LEDGER, settle
from wattlake.lake.market.verification import broken_links
from wattlake.lake.reports.status import content_hash
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers

FROM_THE_LEDGER = ("gold.market_daily", "gold.member_bill_monthly", "gold.zone_slot")
NET = "select member_id, period_start_utc, {} from gold.settled_position group by all having {} order by all"
ENERGY = "sum(units(consumption_kwh))::bigint as consumption_kwh, sum(units(bought_kwh))::bigint as bought_kwh"


def settled(lake: Lake, now=NOW, **how) -> Booked:
    """Settle; what was booked in all."""
    return sum((step.booked for step in settle(lake, now, "run", **how)), Booked())


def chain(lake: Lake) -> list[str]:
    return [sha256 for (sha256,) in select(lake, "select sha256 from ops.settlement order by settlement_id")]


@pytest.fixture
def settled_lake(copied_lake: Callable[[str], Lake]) -> Lake:
    """A lake with the first stage of the community, built and settled."""
    lake = copied_lake(SETTLED)
    assert len(chain(lake)) == 2
    return lake


@pytest.fixture(scope="module")
def corrected_folder(origins: Origins, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of such a lake to copy, in which a reading of a settled slot was corrected and settled again."""
    folder = tmp_path_factory.mktemp("corrected")
    lake = origins.copy(SETTLED, folder / "lake")
    correct_reading(lake, folder, "2013-01-30 12:00:00", "0.777")
    settled(lake)
    assert list(broken_links(lake.reader())) == []
    lake.close()
    return folder / "lake"


@pytest.fixture
def corrected_lake(corrected_folder: Path, tmp_path: Path) -> Iterator[Lake]:
    """A lake in which a reading of a settled slot was corrected and settled again."""
    shutil.copytree(corrected_folder, tmp_path / "corrected")
    lake = Lake(Settings(data=str(tmp_path / "corrected")))
    yield lake
    lake.close()


def correct_reading(lake: Lake, folder: Path, at: str, kwh: str, now=NOW) -> None:
    land(
        lake,
        "smart_meters",
        written(folder / f"corrected-{kwh}.csv", METER_HEADER, [f"MAC2,{at}.0000000,{kwh}"]),
        now=now,
    )
    build_all(lake, f"corrected-{kwh}")


def test_every_slot_with_energy_and_prices_is_settled_once(settled_lake: Lake):
    slots = select(
        settled_lake,
        "select count(*), min(period_start_utc), max(period_start_utc), max(version) from gold.settled_slot",
    )
    assert slots == [(48, stored(2013, 1, 30), stored(2013, 1, 31, 23), 1)]
    assert select(
        settled_lake,
        "select member_id, sum(units(consumption_kwh))::bigint from gold.settled_position group by all order by all",
    ) == select(
        settled_lake,
        "select member_id, sum(units(consumption_kwh))::bigint from gold.energy_flow where production_kwh is not null "
        "group by all order by all",
    )
    assert settled(settled_lake) == Booked()


def test_days_are_booked_alike_however_many_are_cleared_at_once(
    settled_lake: Lake, stage_1_lake: Lake, monkeypatch: pytest.MonkeyPatch
):
    day_by_day = stage_1_lake
    monkeypatch.setattr(clearing, "SLOTS_AT_ONCE", 1)
    assert list(clearing.parts(day_by_day.reader(), (stored(2013, 1, 30), stored(2013, 2, 1)))) == [
        (stored(2013, 1, 30), stored(2013, 1, 31)),
        (stored(2013, 1, 31), stored(2013, 2, 1)),
    ]
    settled(day_by_day)
    assert chain(day_by_day) == chain(settled_lake)


def test_settling_again_books_nothing_and_makes_no_snapshot(settled_lake: Lake):
    before = settled_lake.snapshot_id()
    assert list(settle(settled_lake, NOW, "again")) == []
    assert list(settle(settled_lake, NOW, "again", frozenset(DAYS[:2]))) == []
    assert settled_lake.snapshot_id() == before


def test_a_corrected_reading_is_settled_again_in_its_slot_alone_and_the_old_stays(settled_lake: Lake, tmp_path: Path):
    before = select(settled_lake, "from gold.settled_position order by all")
    first_chain = chain(settled_lake)
    correct_reading(settled_lake, tmp_path, "2013-01-30 12:00:00", "0.777")
    assert settled(settled_lake, NOW + timedelta(hours=1)) == Booked(
        1, 1, 1, select(settled_lake, "select traded_kwh from gold.settled_slot where version = 2")[0][0], 0
    )
    assert select(settled_lake, "select period_start_utc, version from gold.settled_slot where version > 1") == [
        (stored(2013, 1, 30, 12), 2)
    ]
    after = select(settled_lake, "from gold.settled_position order by all")
    assert set(before) <= set(after)
    net = select(settled_lake, NET.format(ENERGY, "sum(entry) > 0"))
    flow = select(
        settled_lake,
        "select member_id, period_start_utc, units(consumption_kwh) from gold.energy_flow "
        "where production_kwh is not null "
        "order by all",
    )
    assert [row[:3] for row in net] == flow
    assert chain(settled_lake)[:2] == first_chain
    assert list(broken_links(settled_lake.reader())) == []
    assert settled(settled_lake) == Booked()


def test_reversals_negate_what_was_booked_and_net_to_nothing(corrected_lake: Lake):
    for table, key, energy in (
        ("gold.settled_position", "member_id", "consumption_kwh"),
        ("gold.settled_trade", "seller_id, buyer_id", "energy_kwh"),
    ):
        left = select(
            corrected_lake,
            f"select {key} from {table} where period_start_utc = '2013-01-30 12:00' "
            f"and (settlement_id <= 2 or entry = -1) group by {key} having sum(entry) <> 0 or sum({energy}) <> 0",
        )
        assert left == []


def test_a_corrected_price_is_settled_again(settled_lake: Lake):
    land_rows(settled_lake, "energy_charts", "https://price.test/price?again", prices(DAYS[1], 1, 77))
    build_all(settled_lake, "prices")
    booked = settled(settled_lake)
    assert (booked.links, booked.slots, booked.reversed_slots) == (1, 24, 24)
    assert list(broken_links(settled_lake.reader())) == []


def test_a_settlement_that_was_stopped_goes_on_and_then_settles_what_came_since(calendar_lake: Lake, tmp_path: Path):
    for stage in STAGES[:2]:
        stage(calendar_lake, tmp_path)
    land_rows(calendar_lake, "energy_charts", "https://price.test/price?start=2013-02-01", prices(DAYS[2], 2, 40))
    build_all(calendar_lake)
    assert next(settle(calendar_lake, NOW, "stopped")).total == 2
    correct_reading(calendar_lake, tmp_path, "2013-01-30 12:00:00", "0.777")
    assert (settled(calendar_lake).links, settled(calendar_lake)) == (3, Booked())
    links = "select settlement_id, period_start_utc::date, reversed_slots from ops.settlement order by all"
    assert select(calendar_lake, links) == [
        (1, DAYS[0], 0), (2, DAYS[1], 0), (3, DAYS[2], 0), (4, DAYS[3], 0), (5, DAYS[0], 1),
    ]  # fmt: skip


def test_trades_of_a_member_who_turns_out_to_have_left_before_are_taken_back_and_keep_their_key(
    settled_lake: Lake, tmp_path: Path
):
    left = "anna,MAC1,,north,51.5,-0.1,4,35,180,prosumer,2012-01-01,2013-01-30 12:00:00"
    land(settled_lake, "members", written(tmp_path / "left.csv", REGISTER_HEADER, [left]))
    sold = "seller_id = 'anna' and period_start_utc >= '2013-01-30 12:00'"
    booked = select(settled_lake, f"select count(*) from gold.settled_trade where {sold}")
    assert booked[0][0] > 0
    build_all(settled_lake, "left")
    settled(settled_lake)
    (anna,) = select(settled_lake, "select user_sk from warehouse.dim_user where user_id = 'anna'")
    found = select(
        settled_lake,
        "select seller_sk, sum(entry), count(*) filter (entry = -1), count(*) filter (distance_km is null) "
        f"from warehouse.fact_energy_transaction where {sold} group by all",
    )
    assert found == [(*anna, 0, booked[0][0], 0)]


def test_days_keep_the_terms_they_were_settled_by(settled_lake: Lake, tmp_path: Path):
    STAGES[1](settled_lake, tmp_path)
    settled_lake.close()
    fixed = Lake(Settings(data=settled_lake.settings.data, retail_eur_per_kwh="0.31", market_mechanism="bill_sharing"))
    build_all(fixed, "terms")
    settled(fixed)
    mechanisms = select(
        fixed,
        "select period_start_utc::date, string_agg(distinct mechanism) from ops.settlement group by all order by all",
    )
    assert mechanisms == [*((day, "mid_market_rate") for day in DAYS[:2])]  # stage 2 has no prices for its days
    land_rows(fixed, "energy_charts", "https://price.test/price?start=2013-02-01", prices(DAYS[2], 2, 40))
    build_all(fixed, "prices")
    settled(fixed)
    found = select(
        fixed,
        "select period_start_utc::date, max(buy_eur_per_kwh), min(buy_eur_per_kwh) from gold.settled_slot "
        "where period_start_utc >= '2013-02-01' group by all order by all",
    )
    assert found == [(DAYS[2], Decimal("0.31"), Decimal("0.31")), (DAYS[3], Decimal("0.31"), Decimal("0.31"))]
    first = select(
        fixed,
        "select count(distinct buy_eur_per_kwh) from gold.settled_slot where period_start_utc < '2013-02-01'",
    )
    assert first[0][0] > 2
    assert list(broken_links(fixed.reader())) == []
    fixed.close()


@pytest.mark.parametrize(
    ("changed", "was"),
    [({"slot_minutes": 30}, "60"), ({"timezone": "Asia/Tokyo"}, "Europe/London"), ({"holidays": "AT"}, "GB-ENG")],
)
def test_what_tables_below_the_ledger_were_built_by_cannot_change(
    settled_lake: Lake, changed: dict[str, Any], was: str
):
    settled_lake.close()
    lake = Lake(Settings(data=settled_lake.settings.data, **changed))
    build_all(lake, "otherwise")
    booked = [day for (day,) in select(lake, "select cast(period_start_utc as date) from ops.settlement")]
    ((name, value),) = changed.items()
    told = f"The ledger was settled with WATTLAKE_{name.upper()} = {was}, but now that is {value}."
    with pytest.raises(ValueError, match=told):
        settled(lake, days=booked)
    lake.close()


def test_slots_without_prices_are_not_settled_and_are_counted(calendar_lake: Lake, tmp_path: Path):
    STAGES[0](calendar_lake, tmp_path)
    land(
        calendar_lake,
        "smart_meters",
        written(tmp_path / "more.csv", METER_HEADER, ["MAC2,2013-02-01 00:00:00.0000000,0.1"]),
    )
    build_all(calendar_lake)
    assert settled(calendar_lake).unpriced_slots == 1
    assert select(calendar_lake, "select max(period_start_utc) from gold.settled_slot") == [(stored(2013, 1, 31, 23),)]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            "update gold.settled_position set consumption_kwh = consumption_kwh + 1 "
            "where member_id = 'bert' and period_start_utc = '2013-01-30 09:00' and entry = 1",
            "Link 1, of 2013-01-30: what was booked in the slots 09:00",
        ),
        (
            "update gold.settled_trade set amount_eur = amount_eur + 1 where period_start_utc = '2013-01-30 10:00'",
            "what was booked in the slots 10:00",
        ),
        (
            "delete from gold.settled_position where member_id = 'bert' and period_start_utc = '2013-01-31 09:00'",
            "Link 2, of 2013-01-31: what was booked in the slots 09:00",
        ),
        (
            "update gold.settled_position set bought_kwh = bought_kwh - 1, grid_import_kwh = grid_import_kwh + 1 "
            "where entry = -1 and member_id = 'bert'",
            "Link 3, of 2013-01-30: what was taken back in the slots 12:00",
        ),
        (
            "update gold.settled_trade set settlement_id = 2 where period_start_utc = '2013-01-30 10:00'",
            "Link 2, of 2013-01-31: what was booked in the slots 2013-01-30 10:00 UTC",
        ),
        (
            "update gold.settled_slot set sha256 = repeat('0', 64) where period_start_utc = '2013-01-31 05:00'",
            "Link 2, of 2013-01-31: its hash is not that of its slots",
        ),
        (
            "update ops.settlement set terms = replace(terms, '0.02', '0.03') where settlement_id = 2",
            "Link 2, of 2013-01-31: its hash is not that of its slots and terms",
        ),
        (
            "delete from ops.settlement where settlement_id = 2",
            "Link 3, of 2013-01-30: it should be link 2",
        ),
        (
            "update ops.settlement set sha256 = repeat('1', 64) where settlement_id = 1",
            "Link 2, of 2013-01-31: it does not follow the link before it",
        ),
    ],
)
def test_whatever_is_altered_in_the_ledger_is_found(corrected_lake: Lake, damage: str, said: str):
    corrected_lake.write(lambda connection: connection.execute(damage))
    assert any(sentence.find(said) >= 0 for sentence in broken_links(corrected_lake.reader())), said


@pytest.mark.long
def test_at_every_time_the_ledger_is_what_had_been_fetched_by_then(settled_lake: Lake, tmp_path: Path):
    for number, stage in enumerate(STAGES[1:], start=1):
        stage(settled_lake, tmp_path)
        build_all(settled_lake, f"stage-{number}")
        settled(settled_lake, NOW + timedelta(days=number))
    correct_reading(settled_lake, tmp_path, "2013-01-31 18:00:00", "1.5", now=NOW + timedelta(days=5))
    settled(settled_lake, NOW + timedelta(days=5))
    known = replay(settled_lake, producers(), NOW + timedelta(days=5))
    assert known.differing == []
    assert (
        known.slots
        == select(
            settled_lake,
            "select count(distinct period_start_utc) from gold.settled_slot",
        )[0][0]
    )
    before = replay(settled_lake, producers(), NOW + timedelta(days=4))
    assert before.differing == []  # What came on day 5 was neither known nor booked on day 4.


def test_a_settlement_and_its_bills_survive_a_full_rebuild(settled_lake: Lake, tmp_path: Path):
    from wattlake.lake.build.progress import forget_progress

    build_all(settled_lake, "bills")
    ledger = {table: content_hash(settled_lake.reader(), table) for table in (*LEDGER, *FROM_THE_LEDGER)}
    settled_lake.write(forget_progress)
    build_all(settled_lake, "full")
    assert settled(settled_lake) == Booked()
    assert hashes_of(settled_lake, ledger) == ledger


def test_bills_add_up_to_the_ledger(settled_lake: Lake, tmp_path: Path):
    build_all(settled_lake, "bills")
    correct_reading(settled_lake, tmp_path, "2013-01-30 12:00:00", "0.777")
    settled(settled_lake)
    build_all(settled_lake, "bills again")
    money = (
        "bought_eur",
        "sold_eur",
        "fee_eur",
        "grid_import_eur",
        "grid_export_eur",
        "alone_eur",
    )
    sums = ", ".join(f"sum(units({name}))::bigint" for name in ("consumption_kwh", "bought_kwh", *money))
    booked = select(settled_lake, f"select member_id, {sums} from gold.settled_position group by all order by all")
    assert booked == select(
        settled_lake, f"select member_id, {sums} from gold.member_bill_monthly group by all order by all"
    )
    assert booked == select(settled_lake, f"select member_id, {sums} from gold.market_daily group by all order by all")
    assert select(settled_lake, "select distinct local_month from gold.member_bill_monthly") == [(date(2013, 1, 1),)]


def test_zones_come_slot_by_slot_to_what_the_ledger_has(settled_lake: Lake, tmp_path: Path):
    build_all(settled_lake, "zones")
    correct_reading(settled_lake, tmp_path, "2013-01-30 12:00:00", "0.777")
    settled(settled_lake)
    build_all(settled_lake, "zones again")
    sums = ", ".join(f"sum(units({name}))::bigint" for name in ("consumption_kwh", "bought_kwh", "sold_eur"))
    of_slots = f"select period_start_utc, {sums}, sum({{members}})::bigint from gold.{{table}} group by all order by 1"
    booked = select(settled_lake, of_slots.format(members="entry", table="settled_position"))
    assert select(settled_lake, of_slots.format(members="members", table="zone_slot")) == booked
    trades = "select sum({trades})::bigint from gold.{table}"
    assert select(settled_lake, trades.format(trades="trades", table="zone_slot")) == select(
        settled_lake, trades.format(trades="entry", table="settled_trade")
    )


def test_an_idle_year_of_housekeeping_leaves_the_ledger_to_go_on(settled_lake: Lake, tmp_path: Path):
    maintain(settled_lake, LONG_AFTER)
    assert settled(settled_lake) == Booked()
    correct_reading(settled_lake, tmp_path, "2013-01-30 12:00:00", "0.777")
    maintain(settled_lake, LONG_AFTER)
    assert settled(settled_lake).slots == 1
    assert list(broken_links(settled_lake.reader())) == []
