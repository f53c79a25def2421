import csv
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattlake.app.sandbox.community import SimulatedCommunity, register_for, simulate
from wattlake.app.sandbox.noise import Place
from wattlake.app.sandbox.register import draw_members
from wattlake.app.sandbox.sun import Panels, pv_power_w
from wattlake.app.sandbox.weather import World

MEMBERS, DAYS, UNTIL = 60, 45, date(2026, 7, 1)
REGISTER_HEADER = (
    "member_id,meter_id,production_meter_id,zone,latitude,longitude,panel_kwp,tilt_degrees,azimuth_degrees,"
    "member_type,valid_from,left,provenance"
)


@pytest.fixture(scope="module")
def community(tmp_path_factory) -> SimulatedCommunity:
    return simulate(MEMBERS, DAYS, 7, tmp_path_factory.mktemp("community"), UNTIL)


@pytest.fixture(scope="module")
def rows(community) -> list[dict[str, str]]:
    found = []
    for path in sorted(community.meter_folder.glob("*.csv")):
        with path.open(newline="") as file:
            found += list(csv.DictReader(file))
    return found


@pytest.fixture(scope="module")
def readings(rows) -> pl.DataFrame:
    """The readable readings on the half-hour grid, once each: meter, start, kwh."""
    table = pl.DataFrame(rows).select(
        meter="LCLid",
        start=pl.col("tstp").str.slice(0, 19).str.to_datetime(),
        kwh=pl.col("energy(kWh/hh)").str.strip_chars().cast(pl.Float64, strict=False),
    )
    return table.filter(pl.col("start").dt.second() == 0).drop_nulls().unique(maintain_order=True)


@pytest.fixture(scope="module")
def members(community) -> list[dict[str, str]]:
    with community.register.open(newline="") as file:
        return list(csv.DictReader(file))


def all_bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def test_equal_seeds_write_equal_bytes_and_other_seeds_others(tmp_path):
    for name, seed in (("one", 7), ("same", 7), ("other", 8)):
        simulate(55, 10, seed, tmp_path / name, UNTIL)
    one, same, other = (all_bytes(tmp_path / name) for name in ("one", "same", "other"))
    assert one == same
    assert (
        set(one)
        == set(other)
        == {
            "members/informations_households.csv",
            "members/register.csv",
            "smart_meters/block_000.csv",
            "smart_meters/block_001.csv",
        }
    )
    assert all(one[name] != other[name] for name in one)


def test_what_is_told_is_what_was_written(community, rows, members):
    assert community.readings == len(rows)
    assert community.members == len(members) == MEMBERS
    assert community.meters == len({row["LCLid"] for row in rows}) == 63
    assert community.meter_files == len(list(community.meter_folder.glob("block_*.csv"))) == 2


def test_rows_are_in_the_london_layout_and_marked(community, rows):
    first_lines = [path.read_text().splitlines()[0] for path in community.meter_folder.glob("*.csv")]
    assert set(first_lines) == {"LCLid,tstp,energy(kWh/hh),provenance"}
    assert {row["provenance"] for row in rows} == {"simulated"}
    texts = {row["energy(kWh/hh)"] for row in rows}
    assert all(text == f" {float(text):.3f} " for text in texts - {"Null"})
    moments = [datetime.fromisoformat(row["tstp"][:19]) for row in rows]
    assert min(moments) == datetime(2026, 5, 17)  # noqa: DTZ001 - the files have no offset
    assert max(moments) == datetime(2026, 6, 30, 23, 30)  # noqa: DTZ001


def test_files_hold_blocks_of_fifty_homes(community):
    meters = [
        set(pl.read_csv(path, infer_schema=False)["LCLid"]) for path in sorted(community.meter_folder.glob("*.csv"))
    ]
    assert [len(block) for block in meters] == [50, 13]


def test_the_blemishes_of_real_exports_are_there_but_rare(rows):
    seconds = Counter(row["tstp"][17:] for row in rows)
    off_grid = [row for row in rows if row["tstp"][14:19] not in ("00:00", "30:00")]
    nulls = sum(row["energy(kWh/hh)"] == "Null" for row in rows)
    repeated = {key: count for key, count in Counter(tuple(row.values()) for row in rows).items() if count > 1}
    assert 0 < seconds["00.0000000"] < 500
    assert len(off_grid) == 2
    assert 0 < nulls < 50
    assert 0 < len(repeated) < 200
    assert {moment[11:19] for _, moment, _, _ in repeated} == {"00:00:00"}


def test_some_homes_have_gaps_and_most_have_none(readings):
    by_meter = readings.group_by("meter").agg(pl.len(), span=(pl.col("start").max() - pl.col("start").min()))
    missing = [int(span / timedelta(minutes=30)) + 1 - count for _, count, span in by_meter.iter_rows()]
    assert 5 < sum(count > 2 for count in missing) < 35


def test_the_register_has_its_header_and_a_quarter_of_prosumers(community, members):
    assert community.register.read_text().splitlines()[0] == REGISTER_HEADER
    prosumers = [member for member in members if member["member_type"] == "prosumer"]
    assert len(prosumers) == MEMBERS / 4
    assert {member["member_type"] for member in members} == {"consumer", "prosumer"}
    for member in members:
        panels = [member[name] for name in ("panel_kwp", "tilt_degrees", "azimuth_degrees")]
        assert all(panels) if member in prosumers else not any(panels)
    assert all(2 <= float(member["panel_kwp"]) <= 8 for member in prosumers)
    assert 4 <= len({member["zone"] for member in members}) <= 6
    assert {member["provenance"] for member in members} == {"simulated"}


def test_members_belong_from_their_first_reading_to_their_last(members, readings):
    spans = defaultdict(list)
    for meter, start, _ in readings.iter_rows():
        spans[meter].append(start.date())
    for member in members:
        for meter in filter(None, (member["meter_id"], member["production_meter_id"])):
            assert member["valid_from"] <= min(spans[meter]).isoformat()
            assert not member["left"] or max(spans[meter]).isoformat() < member["left"]
    assert 0 < sum(bool(member["left"]) for member in members) < 6


def test_one_member_has_no_meter_and_one_meter_no_member(members, rows):
    owned = {member["meter_id"] for member in members} | {member["production_meter_id"] for member in members}
    assert sum(not member["meter_id"] for member in members) == 1
    assert len({row["LCLid"] for row in rows} - owned) == 1


def test_households_have_distinct_days(readings, members):
    homes = [member["meter_id"] for member in members if member["meter_id"]]
    by_hour = readings.group_by("meter", pl.col("start").dt.hour().alias("hour")).agg(pl.col("kwh").mean())
    shapes = (
        by_hour.sort("meter", "hour")
        .group_by("meter", maintain_order=True)
        .agg("kwh")
        .filter(pl.col("meter").is_in(homes))
    )
    days = np.array(shapes["kwh"].to_list())
    daily_kwh = 2 * days.sum(axis=1)
    assert 7 < np.median(daily_kwh) < 13
    assert daily_kwh.max() > 3 * daily_kwh.min()
    alike = np.corrcoef(days / days.mean(axis=1, keepdims=True))
    assert np.median(alike) < 0.9
    assert len(set(days.argmax(axis=1))) > 6


def test_days_off_have_another_shape_than_working_days(readings):
    by_hour = readings.group_by(
        (pl.col("start").dt.weekday() >= 6).alias("weekend"), pl.col("start").dt.hour().alias("hour")
    ).agg(pl.col("kwh").mean())
    working, weekend = (
        by_hour.filter(pl.col("weekend") == flag).sort("hour")["kwh"].to_numpy() for flag in (False, True)
    )
    assert weekend[9:14].mean() > 1.1 * working[9:14].mean()


def test_a_public_holiday_is_lived_like_a_sunday(tmp_path):
    simulate(100, 29, 7, tmp_path, date(2026, 6, 1))
    table = pl.concat(pl.read_csv(path, infer_schema=False) for path in (tmp_path / "smart_meters").glob("*.csv"))
    at_eleven = table.filter(pl.col("tstp").str.slice(11, 2) == "11", pl.col("energy(kWh/hh)") != "Null").select(
        day=pl.col("tstp").str.slice(0, 10), kwh=pl.col("energy(kWh/hh)").str.strip_chars().cast(pl.Float64)
    )
    mean = dict(at_eleven.group_by("day").agg(pl.col("kwh").mean()).iter_rows())
    mondays = (mean["2026-05-11"] + mean["2026-05-18"]) / 2
    sundays = (mean["2026-05-10"] + mean["2026-05-17"] + mean["2026-05-24"]) / 3
    assert abs(mean["2026-05-25"] - sundays) < abs(mean["2026-05-25"] - mondays)  # the spring bank holiday


def test_homes_use_more_in_winter(tmp_path):
    totals = {}
    for name, until in (("winter", date(2026, 2, 1)), ("summer", date(2026, 7, 1))):
        simulate(40, 20, 7, tmp_path / name, until)
        text = pl.read_csv(tmp_path / name / "smart_meters" / "block_000.csv", infer_schema=False)
        homes = text.filter(pl.col("LCLid") <= "SIM000040")["energy(kWh/hh)"].str.strip_chars()
        totals[name] = homes.cast(pl.Float64, strict=False).mean()
    assert totals["winter"] > 1.1 * totals["summer"]


def test_production_meters_read_what_the_panels_give_in_the_sandboxs_weather(members, readings):
    metered = [member for member in members if member["production_meter_id"]]
    assert len(metered) == 3
    member = metered[-1]
    mine = readings.filter(pl.col("meter") == member["production_meter_id"]).sort("start")
    seconds = mine["start"].dt.epoch("s").to_numpy()
    panels = Panels(*(float(member[name]) for name in ("panel_kwp", "tilt_degrees", "azimuth_degrees")))
    place = Place(float(member["latitude"]), float(member["longitude"]))
    expected_kwh = pv_power_w(World(7), place, panels, seconds + 900) / 2000
    assert np.abs(mine["kwh"].to_numpy() - expected_kwh).max() < 0.12
    assert mine["kwh"].sum() == pytest.approx(expected_kwh.sum(), rel=0.01)


def test_households_are_told_in_the_london_layout(community):
    with community.households.open(newline="") as file:
        table = list(csv.DictReader(file))
    assert list(table[0]) == ["LCLid", "stdorToU", "Acorn", "Acorn_grouped", "file"]
    assert [row["LCLid"] for row in table] == [f"SIM{n + 1:06d}" for n in range(MEMBERS)]
    assert {row["stdorToU"] for row in table} == {"Std", "ToU"}
    assert [table[n]["file"] for n in (0, 49, 50)] == ["block_000", "block_000", "block_001"]


@pytest.mark.parametrize(("members", "days"), [(1, 1), (1, 3), (3, 2), (49, 1), (51, 2)])
def test_small_communities_are_possible(tmp_path, members, days):
    community = simulate(members, days, 3, tmp_path, date(2024, 4, 1))
    assert community.members == members
    assert len(community.register.read_text().splitlines()) == members + 1
    assert 0 < community.readings <= community.meters * (days * 48 + days)


def test_members_can_join_over_the_first_days_and_meters_be_spread_over_files(tmp_path):
    made = simulate(40, 60, 7, tmp_path, UNTIL, joining_days=30, files=4)
    start = UNTIL - timedelta(days=60)
    with made.register.open(newline="") as file:
        joined = [(date.fromisoformat(row["valid_from"]) - start).days for row in csv.DictReader(file)]
    with made.households.open(newline="") as file:
        blocks = {row["LCLid"]: row["file"] for row in csv.DictReader(file)}
    tables = {path.stem: pl.read_csv(path, infer_schema=False) for path in made.meter_folder.glob("*.csv")}
    in_file = {meter: name for name, table in tables.items() for meter in table["LCLid"].unique()}
    assert 0 <= min(joined) < 5 and 25 < max(joined) < 30
    assert made.meters == 42
    assert sorted(Counter(in_file.values()).items()) == [
        ("block_000", 10), ("block_001", 11), ("block_002", 10), ("block_003", 11)
    ]  # fmt: skip
    assert blocks == {meter: name for meter, name in in_file.items() if meter in blocks}
    assert made.readings == sum(map(len, tables.values()))


def test_members_cannot_join_after_the_last_reading(tmp_path):
    with pytest.raises(ValueError, match="over 20 days need as many days of readings; there are 10"):
        simulate(10, 10, 7, tmp_path, UNTIL, joining_days=20)


@pytest.mark.parametrize(("members", "days"), [(0, 10), (10, 0)])
def test_an_empty_community_is_refused(tmp_path, members, days):
    with pytest.raises(ValueError, match="nothing to simulate"):
        simulate(members, days, 7, tmp_path, UNTIL)


@settings(max_examples=30, deadline=None)
@given(count=st.integers(1, 300), seed=st.integers(0, 2**31))
def test_a_quarter_of_any_community_has_panels(count, seed):
    members = draw_members([f"M{n}" for n in range(count)], [date(2013, 1, 1)] * count, seed)
    assert sum(member.panel_kwp is not None for member in members) == round(count / 4)
    assert [member.meter_id for member in members] == [f"M{n}" for n in range(count)]


def test_a_register_is_made_for_meter_files_of_every_london_layout(tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    (files / "one.csv").write_text(
        "LCLid,tstp,energy(kWh/hh)\nMAC1,2013-01-03 00:30:00.0000000, 0.2 \nMAC1,2013-01-02 00:00:00,Null\n"
    )
    (files / "block.csv").write_text(
        "LCLid,stdorToU,DateTime,KWH/hh (per half hour) ,Acorn,Acorn_grouped\n"
        "MAC2,Std,2012-10-12 00:30:00.0000000, 0 ,ACORN-A,Affluent\n"
        "MAC3,Std,2012-10-12 00:30:00.0000000,Null,ACORN-A,Affluent\n"
    )
    (files / "informations_households.csv").write_text("LCLid,stdorToU,Acorn,Acorn_grouped,file\nMAC9,Std,A,A,b\n")
    register = register_for(files, tmp_path / "out", 7)
    assert register == tmp_path / "out" / "members" / "register.csv"
    with register.open(newline="") as file:
        found = {row["meter_id"]: (row["valid_from"], row["provenance"]) for row in csv.DictReader(file)}
    assert found == {
        "MAC1": ("2013-01-03", "simulated"),
        "MAC2": ("2012-10-12", "simulated"),
        "MAC3": ("2012-10-12", "simulated"),
    }


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("notes.txt", "hello", "no CSV file found"),
        ("prices.csv", "time,price\n1,2\n", "none begins with a column LCLid"),
        ("empty.csv", "", "none begins with a column LCLid"),
        ("meters.csv", "LCLid,tstp,energy(kWh/hh)\nMAC1,yesterday,much\n", "1 meters and not one readable reading"),
    ],
)
def test_folders_without_meter_files_are_refused_with_what_to_do(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    with pytest.raises(ValueError, match=words):
        register_for(tmp_path, tmp_path / "register.csv", 7)
    assert not (tmp_path / "register.csv").exists()
