"""A bill says how much of its energy was estimated: by the source, by substitutes, or where a gap was filled."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from harness.lake_community import prices
from harness.lake_steps import NOW, REGISTER_HEADER, build_all, land, land_rows, origin, select, stored, written
from wattlake.app.bill_page import sentences
from wattlake.lake.landing.files import land_files
from wattlake.lake.market.settlement import settle
from wattlake.lake.reports.bill import read_bill
from wattlake.lake.store.lake import Lake

DAY = date(2013, 1, 30)
MAPPING = """
name = "with-qualities"
columns = {meter = "meter", datetime = "time", value = "kwh", quality = "status", code = "obis"}
time = {format = "iso", zone = "UTC", label = "start", period_minutes = 30}
energy = {unit = "kWh"}
qualities = {M = "measured", E = "estimated", S = "substituted"}
"""
ESTIMATED, SUBSTITUTED, MISSING = range(10, 14), (20,), (30,)
"""Half-hours of the day: two hours' estimates, half an hour's substitute, half an hour of nothing."""


def land_day(lake: Lake, folder: Path) -> None:
    """Land a day of a meter of consumption and of one of production, of which the source estimated some."""
    lines = [
        f"{meter},{stored(2013, 1, 30) + timedelta(minutes=30 * n):%Y-%m-%d %H:%M:%S},{kwh},{status},{obis}"
        for meter, kwh, obis in (("M1", "0.5", "1.8.0"), ("P1", "0.25", "2.8.0"), ("M2", "1", "1.8.0"))
        for n in range(48)
        for status in ("E" if n in ESTIMATED else "S" if n in SUBSTITUTED else "M",)
        if meter != "M1" or n not in MISSING
    ]
    file = written(folder / "readings.csv", "meter,time,kwh,status,obis", lines)
    (folder / "mapping.toml").write_text(MAPPING)
    list(land_files(lake, origin("smart_meters"), [file], (), {file: folder / "mapping.toml"}))
    register = [
        "anna,M1,P1,north,51.5,-0.1,4,35,180,prosumer,2012-01-01,",
        "bert,M2,,north,51.5,-0.1,,,,consumer,2012-01-01,",
    ]
    land(lake, "members", written(folder / "register.csv", REGISTER_HEADER, register))
    land_rows(lake, "energy_charts", "https://price.test/price", prices(DAY, 1, 40))


def test_a_bill_says_how_much_was_estimated_and_how_and_counts_all_of_it(calendar_lake: Lake, tmp_path: Path):
    land_day(calendar_lake, tmp_path)
    build_all(calendar_lake)
    list(settle(calendar_lake, NOW, "run"))
    build_all(calendar_lake, "bills")

    bill = read_bill(calendar_lake.reader(), "anna", date(2013, 1, 1))
    assert (bill.consumption_kwh, bill.production_kwh, bill.slots, bill.provisional_slots) == (24, 12, 24, 4)
    assert [tuple(part) for part in bill.estimates] == [
        ("consumption", "estimated by the source", 2, Decimal(2)),
        ("consumption", "linear", 1, Decimal("0.5")),
        ("consumption", "substituted by the source", 1, Decimal("0.5")),
        ("production", "estimated by the source", 2, Decimal(1)),
        ("production", "substituted by the source", 1, Decimal("0.25")),
    ]
    energy = sentences(bill)[0]
    assert " Of the consumption, 3.000 kWh are estimated: 2.000 kWh in 2 slots (estimated by the source), " in energy
    assert energy.endswith(
        " Of the production, 1.250 kWh are estimated: 1.000 kWh in 2 slots (estimated by the source), "
        "0.250 kWh in 1 slots (substituted by the source)."
    )

    # Silver says what the source said; gold has what was measured and what was not apart, and all of it once.
    assert select(
        calendar_lake,
        "select quality, provenance, list(distinct register order by register), count(*) from silver.meter_reading "
        "group by all order by all",
    ) == [
        ("estimated", "estimated", ["1.8.0", "2.8.0"], 12),
        ("measured", "measured", ["1.8.0", "2.8.0"], 128),
        ("substituted", "estimated", ["1.8.0", "2.8.0"], 3),
    ]
    assert select(
        calendar_lake,
        "select consumption_minutes, consumption_kwh, consumption_estimated_minutes, consumption_estimated_kwh, "
        "production_kwh, production_estimated_kwh from gold.energy_balance_daily where member_id = 'anna'",
    ) == [(1260, Decimal("10.5") * 2, 180, Decimal(3), Decimal("10.75"), Decimal("1.25"))]
