"""Which inputs concern a view day by day is read from its SQL, and never more is claimed than holds."""

import pytest

from wattlake.lake.models.days import inputs_of, inputs_of_sql
from wattlake.lake.models.graph import models

ANOMALY, FLOW, SLOT = "gold.anomaly", "gold.energy_flow", "gold.grid_slot"


def split(table: str) -> tuple[set[str], set[str]]:
    return set(inputs_of(table).by_day), set(inputs_of(table).whole)


def test_the_days_of_the_facts_are_those_of_what_they_show_and_a_registers_entry_concerns_all():
    assert split("warehouse.fact_energy_flow") == ({ANOMALY, FLOW, SLOT}, {"gold.member_version"})
    assert split("warehouse.dim_price") == ({SLOT, "gold.spot_price"}, set())
    by_day, whole = split("warehouse.fact_energy_transaction")
    assert by_day == {SLOT, "gold.settled_slot", "gold.settled_trade"}, "its window is within a slot"
    assert whole == {"gold.member_version", "ops.settlement"}
    assert split("warehouse.fact_panel_interval")[0] >= {"gold.panel_kpi_daily"}, "joined by the day of the interval"
    assert split("warehouse.kpi_group")[0] == set()


def test_every_table_behind_a_view_is_among_its_inputs():
    for table in [table for table, model in models().items() if model.is_view]:
        behind, waiting = set(), set(models()[table].inputs)
        while waiting:
            name = waiting.pop()
            is_view = name in models() and models()[name].is_view
            waiting |= models()[name].inputs if is_view else set()
            behind |= set() if is_view else {name}
        assert inputs_of(table).tables == behind
        assert not inputs_of(table).by_day & inputs_of(table).whole


@pytest.mark.parametrize(
    ("sql", "by_day"),
    [
        (f"select period_start_utc from {FLOW}", {FLOW}),
        (f"select f.period_start_utc from {FLOW} as f join {SLOT} as s on f.period_start_utc = s.period_start_utc",
         {FLOW, SLOT}),
        (f"select f.period_start_utc from {FLOW} as f join {SLOT} as s on date_trunc('day', f.period_start_utc) = "
         "date_trunc('day', s.period_start_utc)", {FLOW, SLOT}),
        (f"with s as (select * from {SLOT}) select f.period_start_utc from {FLOW} as f left join s on "
         "s.period_start_utc = f.period_start_utc and s.buy_eur_per_kwh > 0", {FLOW, SLOT}),
        (f"select period_start_utc from {FLOW} union all select period_start_utc from {ANOMALY}", {FLOW, ANOMALY}),
        (f"select period_start_utc, sum(1) over (partition by period_start_utc) as n from {FLOW}", {FLOW}),
        # Of none of these does a day stand for itself.
        (f"select f.period_start_utc from {FLOW} as f join {SLOT} as s on f.period_start_utc > s.period_start_utc",
         {FLOW}),
        (f"select f.period_start_utc from {FLOW} as f join {SLOT} as s on f.period_start_utc = s.period_start_utc "
         "or s.buy_eur_per_kwh = 0", {FLOW}),
        (f"select period_start_utc + interval 1 day as period_start_utc from {FLOW}", set()),
        (f"select * replace (period_start_utc + interval 1 day as period_start_utc) from {FLOW}", set()),
        (f"select period_start_utc, lag(zone) over (order by period_start_utc) as z from {FLOW}", set()),
        (f"select period_start_utc, count(*) as n from {FLOW} group by all", set()),
        (f"select period_start_utc from {FLOW} limit 3", set()),
        (f"select period_start_utc from {FLOW} where zone in (select zone from {SLOT})", set()),
        (f"select period_start_utc from {FLOW} union all select to_utc as period_start_utc from warehouse.plant_hole",
         set()),
    ],
)  # fmt: skip
def test_a_day_is_claimed_only_where_the_sql_proves_it(sql, by_day):
    inputs = inputs_of_sql(sql)
    assert set(inputs.by_day) == by_day
    assert inputs.tables >= {FLOW}
