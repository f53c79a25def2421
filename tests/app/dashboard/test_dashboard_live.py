"""The Live page, on lakes with windows and alerts written by hand, by Streamlit's test runner and in a browser."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page, expect, sync_playwright
from streamlit.testing.v1 import AppTest

from tests.app.dashboard.conftest import lake_at
from tests.support import live_rows
from tests.support.dashboard_pages import drawn_page
from tests.support.live_rows import FIVE, UNTIL
from tests.support.served_dashboard import BROWSER_FLAGS, dashboard_of
from wattlake.app.dashboard.charts import live as charts
from wattlake.app.dashboard.live_news import skyline
from wattlake.app.dashboard.queries import live as queries

TILE = ".st-key-live li"
FADING = """
    () => document.getAnimations().filter((moving) => moving.transitionProperty === "opacity")
        .map((moving) => moving.effect.target.closest(".st-key-live [data-testid]")?.dataset.testid).filter(Boolean)
"""


@pytest.fixture(scope="module")
def live_folder(make_lake, tmp_path_factory, community) -> Path:
    """The community's lake with a stream that was read up to an instant of the past."""
    frames = live_rows.frames(live_rows.windows(), live_rows.alerts())
    folder = make_lake(tmp_path_factory.mktemp("live"), community | frames)
    live_rows.add_batches(folder, UNTIL + timedelta(seconds=2), UNTIL + timedelta(seconds=4))
    return folder


@pytest.fixture(scope="module")
def live_con(live_folder):
    lake = lake_at(live_folder)
    yield lake.reader()
    lake.close()


@pytest.fixture
def opened(use_lake):
    def open_page(folder: Path, page: str = "live", **query: str) -> AppTest:
        use_lake(folder)
        return drawn_page(page, seconds=30, **query)

    return open_page


def news_of(test: AppTest) -> str:
    """The one text of figures and alerts."""
    (news,) = [element.value for element in test.markdown if element.value.startswith("- Consuming")]
    return news


def test_power_now_is_of_the_newest_window_of_each_meter(live_con):
    now = queries.live(live_con, (), "UTC")
    rows = {row["user_id"]: row for row in now.members.iter_rows(named=True)}

    assert {name: (row["consumption_w"], row["production_w"]) for name, row in rows.items()} == {
        "M9": (50.0, None),
        "anna": (400.0, None),
        "bert": (1100.0, None),
        "cleo": (250.0, 2500.0),
    }
    assert rows["anna"]["today_kwh"] == pytest.approx(8 * 0.4, abs=1e-4)
    assert rows["anna"]["recent_w"] == [400.0] * 12
    assert {row["heard_until_utc"] for row in rows.values()} == {UNTIL}
    assert now.until_utc == UNTIL.replace(tzinfo=UTC)


def test_energy_of_today_begins_at_local_midnight(live_con):
    on_the_clock = queries.live(live_con, (), "America/New_York").members.filter(user_id="anna")

    assert on_the_clock["today_kwh"].item() == pytest.approx(8 * 0.4, abs=1e-4), "midnight was at 04:00 UTC"
    later = queries.live(live_con, (), "America/Anchorage").members.filter(user_id="anna")
    assert later["today_kwh"].item() == pytest.approx(4 * 0.4, abs=1e-4), "midnight was at 08:00 UTC"


def test_windows_are_summed_by_direction_for_six_hours(live_con):
    windows = queries.live(live_con, (), "UTC").windows

    assert windows.height == 2 * 6 * 12
    assert windows["period_start_utc"].min() == UNTIL - timedelta(hours=6)
    assert windows.select("direction", "power_kw", "meters").unique().sort("direction").rows() == [
        ("consumption", 1.8, 4),
        ("production", 2.5, 1),
    ]


def test_zones_choose_windows_members_and_alerts(live_con):
    south = queries.live(live_con, ("south",), "UTC")

    assert south.members["user_id"].to_list() == ["cleo"]
    assert (south.alerts.height, south.lasting) == (0, 0)
    assert queries.live_zones(live_con) == ["north", "south"]


def test_a_warning_of_what_is_to_come_lasts_until_then(make_lake, tmp_path):
    starts, ends = UNTIL + timedelta(hours=5), UNTIL + timedelta(hours=15)
    storm = live_rows.alerts().head(1).with_columns(
        pl.lit("weather").alias("rule"), pl.lit(None).alias("user_id"), pl.lit(None).alias("meter_id"),
        pl.lit(starts).alias("started_at_utc"), pl.lit(ends).alias("ended_at_utc"),
    )  # fmt: skip
    folder = make_lake(tmp_path / "lake", {"warehouse.live_alert": storm})

    def lasting(at: datetime) -> tuple[int, list[tuple[str, bool]]]:
        live_rows.add_batches(folder, at)
        lake = lake_at(folder)
        now = queries.live(lake.reader(), (), "UTC")
        lake.close()
        return now.lasting, now.alerts.select("subject", "lasts").rows()

    assert lasting(UNTIL) == (1, [("north", True)])
    assert lasting(ends) == (0, [("north", False)])


def test_messages_are_counted_by_second_of_the_last_minute(live_con):
    batches = queries.live(live_con, (), "UTC").batches
    now = UNTIL.replace(tzinfo=UTC)

    assert queries.rate(batches, now + timedelta(seconds=10)) == 240 / 60
    assert queries.rate(batches, now + timedelta(seconds=63)) == 120 / 60
    assert queries.rate(batches, now + timedelta(hours=1)) == 0
    assert batches["latency_seconds"].to_list() == [1.5, 1.5]


def test_a_window_that_not_all_meters_have_told_of_is_faint_and_alerts_are_marked(live_con):
    now = queries.live(live_con, (), "UTC")
    newest = now.windows.head(1).with_columns(period_start_utc=UNTIL, power_kw=0.4, meters=1)
    thin = pl.concat([now.windows, newest], how="vertical_relaxed")
    consumed, produced, marks = charts.windows(thin, now.alerts).data

    assert list(consumed.marker.opacity) == [1.0] * 72 + [0.4]
    assert (set(produced.y), list(marks.customdata[0])) == ({-2.5}, ["missing", "bert"])
    assert list(charts.zones(now.members).data[1].y) == ["south", "north", "no zone"]


def test_an_impossible_window_is_cut_and_says_how_high_it_is(live_con):
    now = queries.live(live_con, (), "UTC")
    start = UNTIL - timedelta(hours=1)
    broken = now.windows.with_columns(
        power_kw=pl.when(direction="consumption", period_start_utc=start).then(906.0).otherwise("power_kw")
    )
    figure = charts.windows(broken, now.alerts)

    assert [note.text for note in figure.layout.annotations] == ["906 kW"]
    assert figure.layout.yaxis.autorangeoptions.clipmax == pytest.approx(4 * 1.8 * charts.ABOVE**2)
    assert not charts.windows(now.windows, now.alerts).layout.annotations


@pytest.mark.parametrize("silent_minutes", [14, 16])
def test_pages_of_settled_figures_say_apart_from_them_what_is_live_and_what_has_stopped(
    silent_minutes, opened, make_lake, community, tmp_path
):
    until = datetime.now(UTC).replace(tzinfo=None, microsecond=0) - timedelta(minutes=silent_minutes)
    start = until - timedelta(minutes=until.minute % 5, seconds=until.second)
    frames = live_rows.frames(live_rows.windows(start), live_rows.alerts())
    folder = make_lake(tmp_path / "lake", community | frames)
    live_rows.add_batches(folder, until, until=until)
    words = "\n".join(element.value for element in opened(folder, "performance").markdown)
    live = ":orange-badge[:material/sensors: live, provisional]"
    newest = f"**1** alert. Newest event {until:%-d %b %H:%M:%S} UTC."
    stopped = f"Stream stopped on **{until:%-d %b %Y, %H:%M:%S}** UTC."
    assert [text in words for text in (live, newest, stopped)] == [silent_minutes < 15] * 2 + [silent_minutes > 15]


@pytest.mark.parametrize(("minutes", "hours_silent"), [(5, 0.25), (60, 3.0)])
def test_a_stream_is_live_for_three_times_as_long_as_its_meters_take(minutes, hours_silent, make_lake, tmp_path):
    starts = [UNTIL - timedelta(minutes=minutes * number) for number in range(1, 10)]
    windows = pl.DataFrame([live_rows.window("M1", start, 400.0) for start in starts])
    folder = make_lake(tmp_path / "lake", live_rows.frames(windows))
    live_rows.add_batches(folder, UNTIL)
    lake = lake_at(folder)
    now = queries.live_now(lake.reader())
    lake.close()
    assert now.stops_utc - now.until_utc == timedelta(hours=hours_silent)


def test_a_lake_whose_stream_stopped_has_a_link_to_it_and_one_without_has_none(opened, live_folder, filled_folder):
    test = opened(live_folder, "performance")
    words = "\n".join(element.value for element in test.markdown)
    assert "Stream stopped on **6 Apr 2026, 12:00:00** UTC." in words
    assert "live, provisional" not in words
    links = [(link.proto.page, link.proto.label) for link in test.get("page_link")]
    assert links == [("lineage", "Where from?"), ("live", "Live")]
    without = opened(filled_folder, "performance")
    assert "live, provisional" not in "".join(element.value for element in without.markdown)
    assert [link.proto.page for link in without.get("page_link")] == ["lineage"]


def test_the_page_shows_power_alerts_members_and_how_well_the_stream_runs(opened, live_folder):
    test = opened(live_folder)
    news = news_of(test)

    assert "- Consuming **1.80 kW**\n- Producing **2.50 kW**\n- Alerts **1**\n" in news
    assert "\n- Latency **1.5 s**\n- Lag **6 Apr 12:00**\n" in news
    full = "█" * 12
    assert news.endswith(
        "##### Members\n\n"
        f"- :red[:material/warning:] `bert` **1.10 kW** :blue[{full}] :small[8.80 kWh today]\n"
        f"- `anna` **400 W** :blue[{full}] :small[3.20 kWh today]\n"
        f"- `cleo` **250 W** :blue[{full}] :small[2.00 kWh today, gives 2.50 kW]\n"
        f"- `M9` **50 W** :blue[{full}] :small[0.40 kWh today]"
    )
    texts = "\n".join(element.value for kind in (test.markdown, test.caption) for element in kind)
    assert "\n- :orange-badge[missing] `bert` :small[6 Apr 11:20 – now] `" in news
    assert "\n- :gray-badge[impossible] `anna` :small[6 Apr 10:00 – 11:00] `" in news
    assert "Provisional" in texts
    assert ":orange-badge[simulated]" in texts


def test_a_skyline_is_as_high_as_its_highest_and_has_a_dot_for_what_is_not_known():
    assert skyline([0.0, 50.0, None, 100.0, -3.0]) == "▁▅·█▁"
    assert (skyline([]), skyline([0.0, 0.0])) == ("", "▁▁")


def test_a_zone_of_the_address_narrows_the_page(opened, live_folder):
    test = opened(live_folder, zone="south")

    assert "- Consuming **250 W**\n- Producing **2.50 kW**\n- Alerts **0**\n" in news_of(test)
    assert "Nothing is wrong" in news_of(test)
    assert re.findall("- .*`(.*)`", news_of(test)) == ["cleo"]


def test_a_snapshot_from_before_the_stream_is_shown_without_it(opened, live_folder):
    test = opened(live_folder, as_of="1")

    assert not test.metric


def test_a_lake_without_a_stream_shows_the_commands_that_read_one(opened, filled_folder):
    test = opened(filled_folder)

    assert [code.value for code in test.code] == ["wattlake stream", "wattlake live"]
    assert "No stream was read" in test.info[0].value


def test_a_stream_needs_no_settled_energy(opened, make_lake, tmp_path):
    folder = make_lake(tmp_path / "lake", live_rows.frames(live_rows.windows()))
    live_rows.add_batches(folder, UNTIL)

    assert "- Consuming **1.80 kW**\n" in news_of(opened(folder))


def test_a_tile_changes_within_seconds_of_a_commit(make_lake, community, chromium, tmp_path):
    now = datetime.now(UTC).replace(tzinfo=None)
    first = now - timedelta(minutes=now.minute % 5, seconds=now.second, microseconds=now.microsecond)
    folder = make_lake(tmp_path / "lake", community | live_rows.frames(live_rows.windows(first)))
    live_rows.add_batches(folder, now, until=first)
    with dashboard_of(str(folder), tmp_path) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        page = browser.new_page(viewport={"width": 1400, "height": 1300})
        page.goto(f"{address}/live")
        anna = page.locator(TILE).filter(has_text="anna")
        expect(anna).to_contain_text("400 W", timeout=60_000)
        commit(folder, first)
        expect(anna).to_contain_text("3.21 kW", timeout=40_000)
        expect(page.locator(TILE).filter(has_text=re.compile("^Alerts"))).to_contain_text("1", timeout=40_000)
        expect(page.locator("[data-testid=stException]")).to_have_count(0)
        assert fading_parts(page) == set(), "each second of fading is drawn sixty times"
        narrow = browser.new_page(viewport={"width": 420, "height": 1000}, color_scheme="dark")
        narrow.goto(f"{address}/live")
        expect(narrow.locator(TILE).filter(has_text="anna")).to_contain_text("3.21 kW", timeout=60_000)
        assert narrow.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 420
        browser.close()


def fading_parts(page: Page) -> set[str]:
    """What changes its opacity on a page that draws itself anew, in four seconds."""
    fading: set[str] = set()
    for _ in range(20):
        fading |= set(page.evaluate(FADING))
        page.wait_for_timeout(200)
    return fading


def commit(folder: Path, start: datetime) -> None:
    """What the next batch brings: a window of anna's and an alert."""
    brought = pl.concat([live_rows.windows(start), pl.DataFrame([live_rows.window("M1", start, 3210.0)])])
    alert = live_rows.alerts().head(1).with_columns(pl.lit(start).alias("started_at_utc"))
    lake = lake_at(folder)

    def step(con) -> None:
        for table, frame in live_rows.frames(brought, alert).items():
            con.register("filling", frame.to_arrow())
            con.execute(f"delete from {table}")
            con.execute(f"insert into {table} by name from filling")
            con.unregister("filling")
        live_rows.batch(con, 2, start + FIVE, start + FIVE)

    lake.write(step)
    lake.close()
