"""`wattlake check` refuses what a build could not make, with file and line, before anything runs."""

from pathlib import Path

import pytest

from tests.support.own_models import (
    FILES,
    HOUSE_CONTRACT,
    READING,
    READING_CONTRACT,
    SHARE,
    SHARE_CONTRACT,
    TREND,
    VIEW,
)
from tests.support.project_folder import project_folder
from wattlake.lake.project import ProjectFileError
from wattlake.lake.project_check.check import Checked, check_project
from wattlake.lake.settings import Settings

FUNCTION = "from wattlake import function\n\n\n@function\ndef half(kwh: float) -> float:\n    return kwh / 2\n"
CHECK = """-- A heat pump draws more than its house.
-- severity: error
select meter_id, period_start_utc from gold.heat_share_daily where heat_pump_kwh > energy_kwh
"""
PAGE = """from wattlake.app.dashboard.pages import Page

PAGE = Page(title="Heat", icon=":material/heat:")


def show() -> None:
    pass
"""
WHOLE = FILES | {"functions/heat.py": FUNCTION, "checks/too_much.sql": CHECK, "pages/heat.py": PAGE}
SHARE_SQL, SHARE_TOML = "models/gold/heat_share_daily.sql", "models/gold/heat_share_daily.toml"
TREND_SQL, VIEW_SQL, SILVER_SQL = (
    "models/gold/heat_trend.sql",
    "models/warehouse/heat_rest.sql",
    "models/silver/heat_reading.sql",
)


def mistakes(folder: Path, **changed: str | None) -> list[str]:
    """What is said of the whole project with some files changed, or removed."""
    with project_folder(folder, {name: text for name, text in (WHOLE | changed).items() if text is not None}):
        try:
            check_project(Settings())
        except ProjectFileError as error:
            return str(error).splitlines()
    return []


def test_what_is_in_order_is_counted_and_an_empty_folder_too(tmp_path: Path):
    with project_folder(tmp_path / "whole", WHOLE):
        assert check_project(Settings()) == Checked(tables=6, models=5, functions=1, checks=1, pages=1)
    with project_folder(tmp_path / "empty"):
        assert check_project(Settings()) == Checked(0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        # Columns, types.
        (
            TREND_SQL,
            TREND.replace("count(*) as days", "count(*) as day"),
            [
                ":4: the SELECT gives the column `day`, which",
                ":2: its contract has the column `days`, which the SELECT does not give.",
            ],
        ),
        (
            TREND_SQL,
            TREND.replace("count(*) as days", "count(*) / 2 as days"),
            [":4: the column `days` is double, and its contract says bigint. Cast it: `…::bigint`."],
        ),
        (TREND_SQL, TREND.replace("count(*) as days", "'3' as days"), [":4: the column `days` is varchar, and its"]),
        (VIEW_SQL, VIEW.replace("::decimal(18, 6)", "::double"), [":5: the column `rest_kwh` is double, and its"]),
        # What it reads.
        (
            TREND_SQL,
            TREND.replace("gold.heat_share_daily", "gold.heat_share"),
            [":6: there is no table `gold.heat_share`."],
        ),
        (
            TREND_SQL,
            TREND.replace("max(heat_pump_kwh)", "max(heat_kwh)"),
            [':5: Binder Error: Referenced column "heat_kwh" not found'],
        ),
        (
            TREND_SQL,
            TREND.replace("gold.heat_share_daily", "read_csv('/etc/passwd')"),
            [":6: The function `read_csv` cannot be used here"],
        ),
        (
            TREND_SQL,
            TREND.replace("gold.heat_share_daily", "'/etc/passwd'"),
            [":6: `/etc/passwd` is none of the tables."],
        ),
        (
            TREND_SQL,
            TREND.replace("gold.heat_share_daily", "other.gold.x"),
            [":6: `other.gold.x` is none of the tables."],
        ),
        (TREND_SQL, TREND.replace("count(*)", "getenv('HOME')"), [":4: The function `getenv` cannot be used here"]),
        # Writing, and what is no SELECT.
        (TREND_SQL, "-- One row is x.\ndelete from gold.zone\n", [":1: Give one SELECT."]),
        (TREND_SQL, "-- One row is x.\ncreate table gold.y as select 1\n", [":1: Give one SELECT."]),
        (TREND_SQL, TREND + ";\nselect 2", [":1: Give one SELECT. These are 2."]),
        (TREND_SQL, TREND.replace("select\n", "select from where\n"), [":2: "]),
        (
            TREND_SQL,
            TREND.removeprefix("-- One row is a house with its best and its worst day.\n"),
            [":1: the first line is no"],
        ),
        (
            TREND_SQL,
            TREND.replace("count(*) as days", "count(*) as days, count(*) as days"),
            [":4: the SELECT gives two columns `days`."],
        ),
        # What another day, or another look, would answer differently.
        (
            TREND_SQL,
            TREND.replace("count(*)", "count(*) filter (where now() > '2026-01-01')"),
            [":4: the clock is asked"],
        ),
        (TREND_SQL, TREND.replace("count(*)", "count(current_date)"), [":4: the clock is asked here, and a table"]),
        (TREND_SQL, TREND.replace("count(*)", "count(age(timestamp '2026-01-01'))"), [":4: the clock is asked here"]),
        (
            TREND_SQL,
            "-- One row is x.\nselect * from (from gold.heat_share_daily) using sample 3",
            [":2: a sample has"],
        ),
        # Windows and layers.
        (
            SHARE_SQL,
            SHARE.replace("$to_utc", "$to"),
            [
                ":8: there is no parameter `$to`: it is no setting",
                ":1: a model by period has `$from_utc` and `$to_utc`",
            ],
        ),
        (
            SHARE_SQL,
            SHARE.replace("gold.meter_daily", "gold.heat_trend")
            .replace("energy_kwh,", "most_kwh as energy_kwh,")
            .replace(" using (meter_id, period_start_utc)", " using (meter_id)"),
            [
                ":1: models read one another in a circle: "
                "gold.heat_share_daily reads gold.heat_trend reads gold.heat_share_daily."
            ],
        ),
        (
            SILVER_SQL,
            READING.replace("bronze.heat_pumps", "bronze.smart_meters"),
            ["is read into silver.meter_reading already", ":4: Binder Error"],
        ),
        (
            SILVER_SQL,
            READING.replace("end as quarantine_reason", "end as reason"),
            [":22: the SELECT gives the column `reason`", "its contract has the column `quarantine_reason`"],
        ),
        (
            SILVER_SQL,
            READING.replace(" between $from_landing and $to_landing", " > 0"),
            [":1: a silver model takes its landings"],
        ),
        (TREND_SQL, TREND.replace("gold.heat_share_daily", "bronze.heat_pumps"), None),
        (
            "models/gold/heated_house.sql",
            FILES["models/gold/heated_house.sql"]
            .replace("silver.heat_reading", "gold.forecast")
            .replace("meter_id", "member_id as meter_id"),
            [":1: a model by period reads this table, so it is made before gold.forecast and cannot read that"],
        ),
        (
            TREND_SQL,
            "-- One row is a table.\nselect table_name as meter_id, 1.0 as most_kwh, 1 as days from ops.progress",
            [":1: a gold model reads silver and gold, and no ops"],
        ),
        # Functions.
        (VIEW_SQL, VIEW.replace("heat_pump_kwh)", "half(heat_pump_kwh))"), [":5: a view cannot call half"]),
        (
            "functions/heat.py",
            FUNCTION.replace("kwh: float", "kwh"),
            [":4: the function `half` cannot be used: `kwh` has no type."],
        ),
        (
            "functions/heat.py",
            FUNCTION.replace("half", "greatest"),
            [":4: `greatest` is a function of DuckDB or of Wattlake's own."],
        ),
        (
            "functions/heat.py",
            FUNCTION.replace("half", "split"),
            [":4: `split` is a function of DuckDB or of Wattlake's own."],
        ),
        (
            "functions/heat.py",
            FUNCTION.replace("half", "half__why"),
            [":4: names that end in __or_null or __why, as `half__why` does, are Wattlake's own."],
        ),
        ("functions/other.py", FUNCTION, [":4: there is a function `half` in functions/heat.py, too."]),
        # Contracts.
        (SHARE_TOML, None, ["models/gold/heat_share_daily.sql:1: `gold.heat_share_daily` has no contract."]),
        (SHARE_SQL, None, ["models/gold/heat_share_daily.toml:1: `gold.heat_share_daily` has no model."]),
        (
            SHARE_TOML,
            SHARE_CONTRACT.replace(
                'type = "decimal(18,6)"\nunit = "kWh"\nmeaning = "What its', 'type = "kWh"\nmeaning = "What its'
            ),
            [":17: `columns.heat_pump_kwh.type` is `kWh`; expected is one of"],
        ),
        (
            SHARE_TOML,
            SHARE_CONTRACT.replace("ge = 0", "least = 0"),
            [":20: `columns.heat_pump_kwh.least` is not known here"],
        ),
        (
            "models/gold/zone.toml",
            HOUSE_CONTRACT,
            [":1: `gold.zone` is a table of Wattlake's own.", ":1: `gold.zone` has no model."],
        ),
        (
            "models/silver/heat_reading.toml",
            READING_CONTRACT.replace('key = ["meter_id", "period_start_utc"]', ""),
            [":1: `silver.heat_reading` has no key."],
        ),
        ("models/gold/Heat-Trend.toml", HOUSE_CONTRACT, [":1: `Heat-Trend` is no name of a table", "has no model"]),
        # Checks and pages.
        (
            "checks/too_much.sql",
            CHECK.replace("-- severity: error\n", ""),
            [":2: there is no line `-- severity: error` or"],
        ),
        ("checks/too_much.sql", CHECK.replace("error", "bad"), [":2: there is no line `-- severity: error` or"]),
        ("checks/too_much.sql", CHECK.replace("energy_kwh", "kwh"), [":3: Binder Error: Referenced column"]),
        (
            "checks/too_much.sql",
            CHECK.replace("meter_id,", "half(1) as x, meter_id,"),
            [":1: a check cannot call half"],
        ),
        (
            "pages/heat.py",
            PAGE.replace("def show", "def draw"),
            [":1: a page has a `PAGE = Page(…)` and a `def show()`; here is no show."],
        ),
        ("pages/heat.py", "def :", [":1: invalid syntax"]),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, file: str, text: str | None, said: list[str] | None):
    lines = mistakes(tmp_path, **{file: text})
    assert lines, "nothing was found"
    assert all(line.partition(":")[0].rpartition(".")[2] in ("sql", "toml", "py") for line in lines), lines
    for expected in said or ["a gold model reads silver and gold, and no bronze"]:
        assert expected is None or [line for line in lines if expected in line], lines
    if said:
        assert len(lines) == len(said), lines


def test_files_of_other_editors_and_systems_are_read(tmp_path: Path):
    others = {
        TREND_SQL: "\ufeff" + TREND.rstrip().replace("\n", "\r\n") + ";",
        SHARE_TOML: "\ufeff" + SHARE_CONTRACT.replace("\n", "\r\n"),
        "checks/too_much.sql": "\ufeff" + CHECK.replace("\n", "\r\n") + ";",
        "pages/heat.py": "\ufeff" + PAGE,
        "functions/heat.py": "\ufeff" + FUNCTION,
    }
    assert mistakes(tmp_path, **others) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [(TREND_SQL, TREND), ("checks/too_much.sql", CHECK), ("pages/heat.py", PAGE), (SHARE_TOML, SHARE_CONTRACT)],
)
def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path, file: str, text: str):
    first, _, rest = text.partition("\n")
    comment = "-- kälter\n" if file.endswith(".sql") else "# kälter\n"
    with project_folder(tmp_path, WHOLE) as folder:
        (folder / file).write_bytes(f"{first}\n{comment}{rest}".encode("latin-1"))
        with pytest.raises(ProjectFileError, match=rf"{file}:2: it has a byte that is no UTF-8 \(0xe4\)\. Save it in"):
            check_project(Settings())


def test_the_class_of_a_contract_that_fails_is_told_with_its_line(tmp_path: Path):
    for code, said in (
        ("\nraise KeyError('x')", ":2: KeyError: 'x'"),
        ("import sys\nsys.exit(0)", ":2: SystemExit: 0"),
    ):
        lines = mistakes(tmp_path, **{SHARE_TOML: None, "models/gold/heat_share_daily.py": code})
        assert lines == [f"models/gold/heat_share_daily.py{said}"]
