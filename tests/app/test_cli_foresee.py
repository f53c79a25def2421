"""Training and forecasting on the command line, from files to a forecast that is made again bit for bit."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from tests.support.small_world import SmallWorld, environment, small_world
from wattlake.app.cli import cli
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

FIRST, UNTIL = date(2026, 5, 5), date(2026, 6, 22)
MEMBERS = 8
NOW = ("--now", f"{UNTIL}T00:00")


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallWorld]:
    days = (UNTIL - FIRST) // timedelta(days=1)
    with small_world(tmp_path_factory.mktemp("month"), members=MEMBERS, days=days) as made:
        yield made


@pytest.fixture(scope="module")
def built_month(month: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of seven weeks of the small world, fetched well after they were over."""
    from wattlake.lake.runs.record import recorded
    from wattlake.tasks.building import build
    from wattlake.tasks.landing.each_source import sources_to_land
    from wattlake.tasks.landing.land import land

    folder = tmp_path_factory.mktemp("built-month") / "lake"
    with environment(month.settings(folder)):
        lake = Lake(Settings())
        with recorded(lake, "fill", lambda: datetime.now(UTC)) as run:
            for only, names in (("gold.zone", ["members"]), (None, sources_to_land())):
                for name in names:
                    list(land(lake, name, FIRST, UNTIL, month.now_utc, run.run_id))
                list(build(lake, run.run_id, month.now_utc, only=only))
        lake.close()
    return folder


@pytest.fixture
def lake_of_a_month(built_month: Path, month: SmallWorld, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(built_month, tmp_path / "lake")
    with environment(month.settings(tmp_path / "lake")):
        yield tmp_path / "lake"


@pytest.fixture(scope="module")
def trained_month(built_month: Path, month: SmallWorld, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A copy of that lake with its models, and what their training printed."""
    folder = tmp_path_factory.mktemp("trained-month") / "lake"
    shutil.copytree(built_month, folder)
    with environment(month.settings(folder)):
        trained = CliRunner().invoke(cli, ("train", *NOW), catch_exceptions=False)
    assert trained.exit_code == 0
    return folder, trained.stdout


@pytest.fixture
def lake_with_models(trained_month: tuple[Path, str], month: SmallWorld, tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(trained_month[0], tmp_path / "trained")
    with environment(month.settings(tmp_path / "trained")):
        yield tmp_path / "trained"


def test_training_says_what_serves_and_what_lacks_history(trained_month):
    said = trained_month[1]
    assert re.search(r"^consumption +1  load +(promoted|rejected)", said, re.MULTILINE)
    assert re.search(r"^consumption: (promoted|rejected)\. mean error [\d.]+ against", said, re.MULTILINE)
    assert "price: skipped." in said and "it takes 70 to train and to judge" in said


def test_what_is_trained_serves_and_what_it_foresaw_is_made_again_bit_for_bit(wattlake, lake_with_models):
    issued = wattlake("forecast", *NOW)
    assert re.search(rf"^Forecast issued at {UNTIL} 00:00 UTC: [\d,]+ rows\.$", issued.out, re.MULTILINE)

    day_before = UNTIL - timedelta(days=1)
    assert wattlake("forecast", "--from", day_before, "--to", day_before).code == 0, "made later, issued before"
    for as_of, issue in (("2999-01-01", UNTIL), (f"{day_before}T18:00", day_before)):
        again = wattlake("forecast", "--as-of", as_of)
        assert again.code == 0, again
        assert f"The forecast issued at {issue} 00:00 UTC" in again.out
        assert re.search(r"made again: [\d,]+ rows, 0 of them differ from what is stored\.$", again.out, re.MULTILINE)
    lake = Lake(Settings())
    lake.write(
        lambda connection: connection.execute(
            "update gold.forecast set expected_kwh = expected_kwh + 1, upper_50_kwh = upper_50_kwh + 1, upper_80_kwh = "
            "upper_80_kwh + 1, upper_kwh = upper_kwh + 1 where member_id = (select min(member_id) from gold.forecast) "
            "and target = 'consumption'"
        )
    )
    lake.close()
    changed = wattlake("forecast", "--as-of", "2999-01-01")
    assert changed.code == 1
    assert "rows, 48 of them differ from what is stored." in changed.out, "24 rows that are stored, 24 that came"


def test_what_cannot_be_made_again_is_told(wattlake, lake_of_a_month):
    said = wattlake("forecast", "--as-of", "2020-01-01")
    assert said.code == 2
    assert "No forecast was issued by 2020-01-01 00:00 UTC. `wattlake forecast` makes one." in said.err


def test_what_is_made_again_has_its_own_present(wattlake, lake_of_a_month):
    said = wattlake("forecast", "--as-of", "2999-01-01", *NOW)
    assert said.code == 2
    assert "Leave out --from, --to and --now." in said.err


def test_one_target_may_be_trained_alone_and_too_little_history_is_told(wattlake, lake_of_a_month):
    said = wattlake("train", "--target", "price", *NOW)
    assert said.code == 0
    assert "consumption" not in said.out
    assert re.search(r"price: skipped\. \d+ days of history are known; it takes 70", said.out)


def test_settings_are_tried_for_a_while_and_what_was_found_stays(wattlake, lake_of_a_month):
    assert wattlake("train", "--target", "solar", "--tune", "0.001", *NOW).code == 0
    assert wattlake("train", "--target", "solar", *NOW).code == 0
    lake = Lake(Settings(), read_only=True)
    rows = lake.reader().execute(
        "select (parameters ->> 'trials')::integer, parameters -> 'tuned' from ops.model order by model_id"
    )
    assert rows.fetchall() == [(1, "{}"), (0, "{}")]
    lake.close()
    for no_time in ("-1", "inf", "nan"):
        assert wattlake("train", "--tune", no_time).code == 2


def test_a_forecast_of_no_model_is_not_explained(wattlake, lake_of_a_month):
    before = wattlake("explain", "nobody")
    assert before.code == 2
    assert "There is no consumption forecast of 'nobody'. `wattlake forecast` makes those of all." in before.err
    wattlake("forecast", *NOW)
    unexplained = wattlake("explain", member_with_forecast())
    assert unexplained.code == 2
    assert (
        "not of a model, so there are no features to explain it by. `wattlake train` makes models." in unexplained.err
    )


def member_with_forecast() -> str:
    """A member of the lake that is set."""
    lake = Lake(Settings(), read_only=True)
    ((member,),) = lake.reader().execute("select min(member_id) from gold.forecast").fetchall()
    lake.close()
    return member


def test_a_forecast_says_what_it_is_made_of(wattlake, lake_with_models):
    wattlake("forecast", *NOW)
    lake = Lake(Settings(), read_only=True)
    for target, name in (("load", "consumption"), ("solar", "production")):
        ((found, issued),) = (
            lake.reader()
            .execute(
                """
                select min(member_id), sum(expected_kwh) from gold.forecast
                where target = ? and tier = 'model' and member_id = (
                    select min(member_id) from gold.forecast where target = ? and tier = 'model'
                )
                """,
                [name, name],
            )
            .fetchall()
        )
        said = wattlake("explain", found, "--target", target, "--top", "3")
        assert said.code == 0, said
        assert f"{target.capitalize()} of {found}, issued at {UNTIL} 00:00 UTC by" in said.out
        number = r" +(-?[\d.]+(?:e-\d+)?)"
        *features, whole = re.findall(rf"^(\w[\w ]*?){number}{number}{number}$", said.out, re.MULTILINE)
        assert len(features) == 4, "three and the others"
        assert sum(float(row[3]) for row in features) == pytest.approx(float(whole[3]), abs=0.004)
        assert float(whole[3]) == pytest.approx(float(issued), abs=0.012)
        assert "was expected otherwise" not in said.out
    lake.close()
    price = wattlake("explain", member_with_forecast(), "--target", "price")
    assert price.code == 2
    assert "The price forecast is no sum over features. Ask for load or solar." in price.err


def test_the_pages_of_the_models_say_what_serves(lake_with_models):
    from wattlake.tasks.forecasts.model_page import report

    lake = Lake(Settings(), read_only=True)
    page = report(lake, datetime(2026, 6, 22, tzinfo=UTC))
    lake.close()
    assert "<h2>Consumption: model 1 (load)</h2>" in page or "no model: the ladder of baselines" in page
    assert "<h2>Price: no model: the ladder of baselines</h2>" in page
    assert "<th>MAE</th>" in page


def test_the_features_of_a_forecast_are_written_to_a_file(wattlake, lake_with_models, tmp_path):
    nothing = wattlake("features", "--out", tmp_path / "none.csv")
    assert (nothing.code, "No features are stored. `wattlake forecast` stores" in nothing.err) == (2, True)
    assert wattlake("forecast", *NOW).code == 0
    whole = wattlake("features", "--from", UNTIL, "--to", UNTIL, "--out", tmp_path / "all.parquet")
    assert f"{24 * MEMBERS} rows, of {MEMBERS} members in 1 issues." in " ".join(whole.out.split())
    rows = pl.read_parquet(tmp_path / "all.parquet")
    assert rows.height == 24 * MEMBERS and {"month", "forecast_is_rain"} <= set(rows.columns)
    assert rows["forecast_humidity_mean_24h_pct"].null_count() == 0
    assert rows["forecast_weather_code"].null_count() == 0

    pair = sorted(set(rows["member_id"]))[:2]
    asked = ("features", "--members", f"{pair[0]}, {pair[1]}", "--at", f"{UNTIL}T00:00", "--out", tmp_path / "two.csv")
    assert wattlake(*asked).code == 0
    assert pl.read_csv(tmp_path / "two.csv")["member_id"].to_list() == [name for name in pair for _ in range(24)]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--out", "rows.xlsx"), "rows.xlsx is neither Parquet nor CSV. Name a file that ends in .parquet or .csv."),
        (("--out", "nowhere/rows.csv"), "There is no folder `nowhere` to write rows.csv to."),
        (("--out", "rows.csv", "--members", "nobody"), "There is no member 'nobody'."),
        (("--out", "rows.csv", "--from", "2026-06-02"), "Give both --from and --to, the earlier day first."),
    ],
)
def test_features_that_cannot_be_written_are_told(wattlake, lake_of_a_month, words, why):
    told = wattlake("features", *words)
    assert told.code == 2
    assert why in " ".join(told.err.split())
