"""``wattlake settle``, ``settle verify``, ``settle --as-of``, ``bill`` and ``market compare``."""

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.units import KWH
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

MONEY = ("bought_eur", "sold_eur", "fee_eur", "grid_import_eur", "grid_export_eur")


def asked(folder: Path, sql: str) -> list[tuple]:
    lake = Lake(Settings(data=str(folder)), read_only=True)
    rows = lake.reader().execute(sql).fetchall()
    lake.close()
    return rows


@pytest.fixture
def settled(wattlake, lake_to_change) -> Path:
    """A lake that is settled."""
    said = wattlake("settle")
    assert (said.code, re.fullmatch(r"Settled \d+ slots: [\d.,]+ kWh traded\.\n", said.out) is not None) == (0, True)
    return lake_to_change


def test_settling_again_has_nothing_to_do_and_the_ledger_is_whole(wattlake, settled):
    assert wattlake("settle").out == "Nothing was to be settled.\n"
    assert wattlake("settle", "--from", "2026-06-14", "--to", "2026-06-22").out == "Nothing was to be settled.\n"
    links, slots = asked(settled, "select count(*), sum(slots)::bigint from ops.settlement")[0]
    verified = wattlake("settle", "verify")
    assert (verified.code, verified.out) == (
        0,
        f"The ledger is whole: {links:,} links with {slots:,} booked slots, every hash as it was booked.\n",
    )


def test_a_single_watt_hour_that_was_changed_is_found(wattlake, settled):
    lake = Lake(Settings())
    lake.write(
        lambda connection: connection.execute(
            "update gold.settled_position set consumption_kwh = consumption_kwh + 1, "
            "grid_import_kwh = grid_import_kwh + 1 "
            "where (member_id, period_start_utc) in "
            "(select min((member_id, period_start_utc)) from gold.settled_position)"
        )
    )
    lake.close()
    said = wattlake("settle", "verify")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("Error: Link 1, of ")
    assert said.err.count("\n") == 1


def test_a_settlement_is_the_same_from_what_had_been_fetched_by_a_time(wattlake, settled):
    (slots,) = asked(settled, "select count(*) from gold.settled_slot")[0]
    said = wattlake("settle", "--as-of", "2100-01-01")
    assert (said.code, "Error" in said.err) == (0, False)
    assert f"fetched by 2100-01-01 00:00 UTC: {slots:,} slots" in said.out
    assert said.out.endswith("That is what was booked by then, to the milliwatt-hour and the micro-euro.\n")
    before = wattlake("settle", "--from", "2026-06-01", "--to", "2026-06-03", "--as-of", "2026-06-21T23:59:59")
    assert (before.code, before.err) == (
        2,
        "Error: Nothing had been fetched by 2026-06-21 23:59:59 UTC; the first was on 2026-06-22 00:00:00 UTC. "
        "Give a later time.\n",
    )


def test_a_bill_adds_up_in_the_terminal_on_its_page_and_slot_by_slot(wattlake, settled, tmp_path):
    member, total, alone = asked(
        settled,
        "select member_id, total_eur, alone_eur from gold.member_bill_monthly order by bought_kwh desc",
    )[0]
    said = wattlake(
        "bill", member, "--month", "2026-06", "--html", tmp_path / "bill.html", "--csv", tmp_path / "bill.csv"
    )
    assert (said.code, said.err) == (0, "")
    last_day = asked(settled, f"select max(local_date)::varchar from gold.market_daily where member_id = '{member}'")[
        0
    ][0]
    assert f"Bill of {member}, June 2026, so far until {last_day}\n" in said.out
    assert re.search(rf"to pay +– +– +{total:.6f}", said.out)
    assert f"Without the community it would have been {alone:,.2f} EUR" in said.out
    page = (tmp_path / "bill.html").read_text()
    assert f"<h1>Bill of {member}, June 2026, so far until {last_day}</h1>" in page
    assert f'<p class="outcome">You {"pay" if total > 0 else "receive"} {abs(total):,.2f} EUR</p>' in page
    assert f"1–{int(last_day[-2:])} June 2026, so far" in page
    assert "How it was reckoned" in page and "19 %, in what the grid charges" in page
    rows = list(csv.DictReader((tmp_path / "bill.csv").open()))
    bought, sold, fee, drawn, fed = (sum(Decimal(row[name]) for row in rows) for name in MONEY)
    assert bought + fee + drawn - sold - fed == total
    assert sum(Decimal(row["alone_eur"]) for row in rows) == alone
    for row in rows:
        bought, drawn, buy = (
            int(Decimal(row[name]) * KWH) for name in ("bought_kwh", "grid_import_kwh", "buy_eur_per_kwh")
        )
        charged = -(-(bought + drawn) * buy // KWH) + (-bought * buy // KWH)
        assert Decimal(row["grid_import_eur"]) * KWH == charged


def test_a_bill_that_is_not_there_is_said_with_those_that_are(wattlake, lake_to_change):
    none = wattlake("bill", "nobody", "--month", "2026-06")
    assert (none.code, none.err) == (
        2,
        "Error: Nothing is settled yet, so there are no bills. Run `wattlake settle`, then `wattlake build`.\n",
    )
    wattlake("settle")
    member = asked(lake_to_change, "select min(member_id) from gold.member_bill_monthly")[0][0]
    assert wattlake("bill", member, "--month", "2020-01").err == (
        f"Error: {member} has no bill of 2020-01. There are bills of 2026-06.\n"
    )
    assert "There is no bill of a member `nobody`" in wattlake("bill", "nobody", "--month", "2026-06").err
    there = wattlake("bill", member, "--month", "2026-06", "--csv", "/nowhere/bill.csv")
    assert (there.code, "There is no folder `/nowhere`" in there.err) == (2, True)


def test_the_mechanisms_are_compared_on_the_same_slots_and_the_one_that_settles_agrees(wattlake, settled):
    said = wattlake("market", "compare", "--from", "2026-06-15", "--to", "2026-06-20")
    assert (said.code, "Error" in said.err) == (0, False)
    for mechanism in ("mid_market_rate", "supply_demand_ratio", "bill_sharing", "static_coeff", "dynamic_coeff"):
        assert mechanism in said.out
    days = "period_start_utc >= '2026-06-15' and period_start_utc < '2026-06-21'"
    compared = asked(
        settled,
        "select member_id, sum(bought_kwh), sum(bought_eur), sum(saving_eur) "
        f"from gold.market_comparison where mechanism = 'mid_market_rate' and {days} group by all order by all",
    )
    booked = asked(
        settled,
        "select member_id, sum(bought_kwh), sum(bought_eur), sum(alone_eur "
        "- bought_eur - fee_eur - grid_import_eur + sold_eur + grid_export_eur) "
        f"from gold.settled_position where {days} group by all order by all",
    )
    assert compared == booked
    nothing = wattlake("market", "compare")
    assert (nothing.code, "Give the days to compare" in nothing.err) == (2, True)
