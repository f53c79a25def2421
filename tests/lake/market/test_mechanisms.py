"""What every mechanism keeps, exactly, on random communities; and each on one that is worked out by hand.

Each slot is a community of its own. ``WATTLAKE_TORTURE_COMMUNITIES=10000`` asks for more than the 500 of each run, as
``make torture`` does.
"""

import os
from collections.abc import Sequence

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.lake_steps import plain_tables, stored
from tests.support.full import IS_FULL
from tests.support.market_slots import Member, Slot, cleared, communities, opened, terms
from tests.support.units import KWH
from wattlake.lake.market import clearing
from wattlake.lake.market.clearing import MECHANISMS, Cleared, clear, hash_slots, parts

SLOTS = 25
COMMUNITIES = int(os.environ.get("WATTLAKE_TORTURE_COMMUNITIES", "10000" if IS_FULL else "200"))
EXAMPLES = -(-COMMUNITIES // SLOTS)
FEES = ("0", "0.004321")
KEEPS_EVERYBODY_WELL = set(MECHANISMS) - {"bill_sharing"}
PROPORTIONAL = ("mid_market_rate", "bill_sharing", "dynamic_coefficients")
MIXED = (
    Slot(
        300_000,
        100_000,
        (Member("a", "north", KWH, 4 * KWH), Member("b", "north", KWH, 0), Member("c", "south", 4 * KWH, 0)),
    ),
)
"""A has 3,000 Wh left over; b, in its zone, lacks 1,000 Wh, and c, in another, 4,000 Wh."""


def of(frame: pl.DataFrame, *names: str) -> list[tuple]:
    return frame.select(*names).rows()


def test_mid_market_rate_by_hand():
    found = cleared(MIXED, "mid_market_rate", terms())
    # 0.20 EUR/kWh. 3,000 Wh are shared 1 : 4, so b has 600 Wh and c 2,400 Wh; 400 Wh and 1,600 Wh come at 0.30.
    assert of(found["trade"], "seller_id", "buyer_id", "energy_kwh", "price_eur_per_kwh", "amount_eur") == [
        ("a", "b", 600_000, 200_000, 120_000),
        ("a", "c", 2_400_000, 200_000, 480_000),
    ]
    money = ("member_id", "bought_eur", "sold_eur", "grid_import_eur", "grid_export_eur")
    assert of(found["outcome"], *money, "alone_eur") == [
        ("a", 0, 600_000, 0, 0, -300_000),
        ("b", 120_000, 0, 120_000, 0, 300_000),
        ("c", 480_000, 0, 480_000, 0, 1_200_000),
    ]


def test_supply_demand_ratio_by_hand():
    # The ratio is 0.6, so the price 0.1 · 0.3 / (0.2 · 0.6 + 0.1) = 0.136363… EUR/kWh; 3,000 Wh give 0.409089 EUR.
    trades = of(cleared(MIXED, "supply_demand_ratio", terms())["trade"], "buyer_id", "energy_kwh", "amount_eur")
    assert trades == [("b", 600_000, 81_817), ("c", 2_400_000, 327_272)]
    plenty = (Slot(300_000, 100_000, (Member("a", "north", 0, 900_000), Member("b", "north", 300_000, 0))),)
    assert of(cleared(plenty, "supply_demand_ratio", terms())["trade"], "energy_kwh", "amount_eur") == [
        (300_000, 30_000)
    ]


def test_bill_sharing_by_hand():
    # The 2,000 Wh the community draws cost 0.60 EUR, shared 1 : 4 like what its members lack.
    outcome = cleared(MIXED, "bill_sharing", terms())["outcome"]
    assert of(outcome, "member_id", "bought_eur", "sold_eur", "grid_import_eur") == [
        ("a", 0, 0, 0),
        ("b", 0, 0, 120_000),
        ("c", 0, 0, 480_000),
    ]


def test_static_coefficients_by_hand():
    # A third of 3,000 Wh for each: b takes its 1,000 Wh, c its; a's third, which it cannot use, goes to the grid.
    outcome = cleared(MIXED, "static_coefficients", terms())["outcome"]
    energy = of(outcome, "bought_kwh", "sold_kwh", "grid_import_kwh", "grid_export_kwh")
    assert energy == [(0, 2 * KWH, 0, KWH), (KWH, 0, 0, 0), (KWH, 0, 3 * KWH, 0)]
    assert of(outcome, "sold_eur", "grid_export_eur")[0] == (400_000, 100_000)


def test_static_coefficients_follow_the_weights_of_the_register():
    members = (Member("a", "north", 0, 100, "0"), Member("b", "north", 80, 0, "1"), Member("c", "north", 80, 0, "2.5"))
    outcome = cleared((Slot(300_000, 100_000, members),), "static_coefficients", terms())["outcome"]
    # 100 mWh are 28 4/7 and 71 3/7: the larger remainder has the mWh that is left.
    assert outcome["bought_kwh"].to_list() == [0, 29, 71]


def test_dynamic_coefficients_by_hand_at_the_community_s_price():
    trades = cleared(MIXED, "dynamic_coefficients", terms(shared_price_eur_per_kwh="0.25"))["trade"]
    assert of(trades, "buyer_id", "energy_kwh", "amount_eur") == [("b", 600_000, 150_000), ("c", 2_400_000, 600_000)]


def test_the_fee_goes_to_the_community():
    outcome = cleared(MIXED, "mid_market_rate", terms(community_fee_eur_per_kwh="0.01"))["outcome"]
    assert outcome["fee_eur"].to_list() == [0, 6_000, 24_000]


def test_largest_remainders_have_what_rounding_leaves_and_ties_go_by_id():
    buyers = [Member(name, "north", 10, 0) for name in ("d", "b", "c")]
    outcome = cleared((Slot(300_000, 100_000, (Member("a", "north", 0, 20), *buyers)),), "mid_market_rate", terms())
    assert of(outcome["outcome"], "member_id", "bought_kwh") == [("a", 0), ("b", 7), ("c", 7), ("d", 6)]


def test_shares_of_more_than_64_bits_are_exact():
    plenty = 4_000_000_001
    buyers = (Member("b", "north", 3 * plenty, 0), Member("c", "north", 2 * plenty, 0), Member("d", "north", 1, 0))
    outcome = cleared(
        (Slot(300_000, 100_000, (Member("a", "north", 0, 2 * plenty), *buyers)),), "mid_market_rate", terms()
    )
    expected = [2 * plenty * weight // (5 * plenty + 1) for weight in (3 * plenty, 2 * plenty, 1)]
    left = 2 * plenty - sum(expected)
    remainders = [2 * plenty * weight % (5 * plenty + 1) for weight in (3 * plenty, 2 * plenty, 1)]
    for place in sorted(range(3), key=lambda number: -remainders[number])[:left]:
        expected[place] += 1
    assert outcome["outcome"]["bought_kwh"].to_list() == [0, *expected]


def test_neighbours_come_first_then_the_nearest_zones():
    members = (
        Member("a", "north", 0, 50), Member("b", "north", 30, 0), Member("c", "south", 30, 0),
        Member("d", "west", 30, 0), Member("e", "west", 0, 20),
    )  # fmt: skip
    trades = cleared((Slot(300_000, 100_000, members),), "mid_market_rate", terms())["trade"]
    # 70 mWh are 23 1/3 for each. Zones follow each other north, south, west.
    assert of(trades, "seller_id", "buyer_id", "energy_kwh") == [
        ("a", "b", 24),
        ("a", "c", 23),
        ("a", "d", 3),
        ("e", "d", 20),
    ]


def test_where_the_grid_pays_what_it_charges_nothing_is_traded():
    for buy, sell in ((100_000, 100_000), (100_000, 99_500), (50_000, 80_000)):
        found = cleared((Slot(buy, sell, MIXED[0].members),), "mid_market_rate", terms())
        assert found["trade"].is_empty()
        assert found["outcome"]["grid_export_kwh"].to_list() == [3 * KWH, 0, 0]


@pytest.mark.parametrize("mechanism", MECHANISMS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(slots=st.lists(communities(), min_size=SLOTS, max_size=SLOTS), fee=st.sampled_from(FEES))
def test_whatever_the_community_everything_balances_to_the_milliwatt_hour_and_the_micro_euro(
    mechanism: str, slots: Sequence[Slot], fee: str
):
    of_terms = terms(community_fee_eur_per_kwh=fee)
    found = cleared(slots, mechanism, of_terms)
    outcome, trade = found["outcome"], found["trade"]
    assert len(outcome) == sum(len(slot.members) for slot in slots)
    by_slot = outcome.group_by("period_start_utc").agg(pl.col("sold_kwh", "bought_kwh", "sold_eur", "bought_eur").sum())
    assert by_slot.filter(
        (pl.col("sold_kwh") != pl.col("bought_kwh")) | (pl.col("sold_eur") != pl.col("bought_eur"))
    ).is_empty()
    imported = pl.col("bought_kwh") + pl.col("grid_import_kwh")
    exported = pl.col("sold_kwh") + pl.col("grid_export_kwh")
    assert outcome.filter(pl.col("production_kwh") + imported != pl.col("consumption_kwh") + exported).is_empty()
    parts = ("bought_kwh", "sold_kwh", "grid_import_kwh", "grid_export_kwh", "fee_eur")
    assert outcome.filter(pl.any_horizontal(pl.col(*parts) < 0)).is_empty()
    assert outcome.filter(pl.col("fee_eur") != pl.col("bought_kwh") * int(float(fee) * 1e6) // 1_000_000).is_empty()
    for side, energy, money in (
        ("seller_id", "sold_kwh", "sold_eur"),
        ("buyer_id", "bought_kwh", "bought_eur"),
    ):
        of_trades = trade.group_by("period_start_utc", pl.col(side).alias("member_id")).agg(
            pl.col("energy_kwh", "amount_eur").sum()
        )
        both = outcome.join(of_trades, on=["period_start_utc", "member_id"], how="left").with_columns(
            pl.col("energy_kwh", "amount_eur").fill_null(0)
        )
        assert both.filter(
            (pl.col(energy) != pl.col("energy_kwh")) | (pl.col(money) != pl.col("amount_eur"))
        ).is_empty()
    total = (
        pl.col("bought_eur")
        + pl.col("fee_eur")
        + pl.col("grid_import_eur")
        - pl.col("sold_eur")
        - pl.col("grid_export_eur")
    )
    # Each pair is rounded to a micro-euro, which the tenth of a cent for a kWh makes up for from a watt-hour on.
    pairs = trade.group_by("period_start_utc", pl.col("buyer_id").alias("member_id")).agg(pl.len().alias("pairs"))
    paired = outcome.join(pairs, on=["period_start_utc", "member_id"], how="left").with_columns(
        rounding=pl.max_horizontal(pl.col("pairs").fill_null(0).cast(pl.Int64) - pl.col("bought_kwh") // 1000, 0)
    )
    harmed = paired.filter(total > pl.col("alone_eur") + pl.col("rounding"))
    if mechanism not in KEEPS_EVERYBODY_WELL:  # Buyers alone, and only where the grid charges more than the fee.
        charged = found["slot"].filter(pl.col("ceiling_eur_per_kwh") >= 0)
        harmed = harmed.filter(pl.col("sold_kwh") == 0).join(charged, on="period_start_utc", how="semi")
    assert harmed.is_empty()
    assert trade.select("period_start_utc", "seller_id", "buyer_id").is_duplicated().sum() == 0


@pytest.mark.parametrize("mechanism", MECHANISMS)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(slots=st.lists(communities(), min_size=SLOTS, max_size=SLOTS))
def test_the_order_of_rows_does_not_matter(mechanism: str, slots: Sequence[Slot]):
    hashes = [cleared(slots, mechanism, terms(), is_reversed)["slot_hash"].rows() for is_reversed in (False, True)]
    assert hashes[0] == hashes[1]


@pytest.mark.parametrize("mechanism", PROPORTIONAL)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(slots=st.lists(communities(), min_size=SLOTS, max_size=SLOTS), parts=st.sampled_from((2, 4)))
def test_a_slot_split_into_equal_parts_comes_to_the_same_but_for_rounding(
    mechanism: str, slots: Sequence[Slot], parts: int
):
    def times(slot: Slot) -> Slot:
        members = (Member(m.member_id, m.zone, m.consumption * parts, m.production * parts) for m in slot.members)
        return Slot(slot.buy, slot.sell, tuple(members))

    whole = cleared([times(slot) for slot in slots], mechanism, terms())["outcome"]
    part = cleared(slots, mechanism, terms())["outcome"]
    both = whole.join(part, on=["period_start_utc", "member_id"], suffix="_part")
    assert both.filter((pl.col("bought_kwh") - parts * pl.col("bought_kwh_part")).abs() > parts).is_empty()
    assert both.filter((pl.col("sold_kwh") - parts * pl.col("sold_kwh_part")).abs() > parts).is_empty()


@pytest.mark.parametrize(
    ("slots", "days"), [(0, [4]), (12, [4]), (24, [2, 2]), (25, [1, 1, 1, 1]), (4800, [1, 1, 1, 1])]
)
def test_days_are_cleared_as_many_at_once_as_fit_into_memory(
    slots: int, days: list[int], monkeypatch: pytest.MonkeyPatch
):
    if slots:
        monkeypatch.setattr(clearing, "SLOTS_AT_ONCE", 12)
    window = (stored(2013, 1, 1), stored(2013, 1, 5))
    with duckdb.connect() as tables:
        plain_tables(tables)
        tables.execute(
            "insert into gold.energy_flow by name select timestamp '2013-01-01' as period_start_utc from range(?)",
            [slots],
        )
        found = list(parts(tables, window))
    assert [(end - begin).days for begin, end in found] == days
    assert [found[0][0], *(end for _, end in found)] == [*(begin for begin, _ in found), window[1]]


def test_slots_are_hashed_from_the_relations_that_are_named_and_from_no_others():
    kept = Cleared(slot="kept_slot", outcome="kept_outcome", trade="kept_trade")
    with opened(MIXED, terms()) as connection:
        cleared_now = clear(connection, terms(), "mid_market_rate")
        first = connection.execute(f"from {hash_slots(connection, cleared_now)} order by all").fetchall()
        for relation, copy in zip(cleared_now, kept, strict=True):
            connection.execute(f"create temp table {copy} as from {relation}")
        connection.execute("delete from slot; delete from trade; delete from position")
        again = connection.execute(f"from {hash_slots(connection, kept)} order by all").fetchall()
    assert len(first) == len(MIXED)
    assert again == first
