"""The house keeps its shape, and each rule that says so is able to fail."""

import re
from pathlib import Path

import pytest

from harness.services import PROJECT
from tests.support import architecture
from wattlake.lake.contracts import contracts
from wattlake.lake.settings import Settings

BREACHES = [
    ("one_way_imports", "lake/x.py", "from wattlake.tasks import http", "lake/x.py imports tasks.http; lake must not"),
    ("one_way_imports", "lake/x.py", "def f():\n    import wattlake.flows.build", "lake/x.py imports flows.build"),
    (
        "one_way_imports",
        "tasks/x.py",
        "from wattlake.app.cli import main",
        "tasks/x.py imports app.cli.main; tasks must not",
    ),
    ("one_way_imports", "tasks/sources/x.py", "from wattlake.lake.landing import land", "tasks.sources must not"),
    ("one_way_imports", "tasks/sources/x.py", "import prefect", "tasks.sources must not"),
    ("one_way_imports", "tasks/sources/x.py", "from ...lake import errors", "imports lake.errors"),
    ("one_way_imports", "tasks/producers/x.py", "import duckdb", "tasks.producers.* must not"),
    ("one_way_imports", "tasks/forecasting/x.py", "from fsspec import open", "tasks.forecasting.* must not"),
    ("one_way_imports", "flows/x.py", "import wattlake.app.cli", "flows must not"),
    ("one_way_imports", "app/dashboard/views/x.py", "from wattlake.tasks import build", "app.dashboard must not"),
    ("one_way_imports", "app/sandbox/x.py", "from wattlake.lake import settings", "app.sandbox must not"),
    (
        "rooms_of_the_lake_in_order",
        "lake/store/x.py",
        "from wattlake.lake.build import run",
        "lake.build is not below lake.store",
    ),
    (
        "rooms_of_the_lake_in_order",
        "lake/quality/x.py",
        "def f():\n    from wattlake.lake import runs",
        "lake/quality/x.py imports lake.runs; lake.runs is not below lake.quality",
    ),
    ("rooms_of_the_lake_in_order", "lake/cellar/x.py", "", "lake.cellar, which is on no level"),
    (
        "tests_and_benchmarks_stay_outside",
        "../benchmarks/x.py",
        "from tests.support import lakes",
        "benchmarks/x.py imports tests.support.lakes; benchmarks must not",
    ),
    ("tests_and_benchmarks_stay_outside", "../harness/x.py", "import benchmarks.told", "harness must not"),
    ("tests_and_benchmarks_stay_outside", "app/x.py", "import tests", "wattlake/app/x.py imports tests; wattlake must"),
    ("tests_and_benchmarks_stay_outside", "app/x.py", "def f():\n    from harness import faults", "wattlake must not"),
    ("tests_and_benchmarks_stay_outside", "lake/x.py", "from benchmarks.sums import total", "wattlake must not"),
    ("flows_and_tasks_in_their_place", "tasks/x.py", "@flow\ndef f(): ...", "tasks/x.py has a @flow"),
    (
        "flows_and_tasks_in_their_place",
        "flows/x.py",
        "@prefect.task(retries=2)\ndef f(): ...",
        "flows/x.py has a @task",
    ),
    ("flows_and_tasks_in_their_place", "tasks/sources/x.py", "@task\nasync def f(): ...", "sources/x.py has a @task"),
    ("one_task_a_file", "tasks/x.py", "@task\ndef f(): ...\n@task\ndef g(): ...", "tasks/x.py has 2 tasks"),
    ("one_task_a_file", "tasks/x.py", "@task\ndef f(): ...\ndef g(): ...", "tasks/x.py does more than its task"),
    ("one_task_a_file", "tasks/x.py", "@task\ndef f():" + 10 * "\n    g()", "tasks/x.py does more than its task"),
    ("prints_only_on_the_command_line", "app/dashboard/x.py", "print(1)", "app/dashboard/x.py:1 prints"),
    ("clock_only_in_flows_and_app", "lake/x.py", "\na = datetime.now(UTC)", "lake/x.py:2 reads the clock"),
    ("clock_only_in_flows_and_app", "tasks/x.py", "f(clock=datetime.datetime.now)", "tasks/x.py:1 reads the clock"),
    ("clock_only_in_flows_and_app", "tasks/x.py", "a = date.today()", "tasks/x.py:1 reads the clock"),
    ("models_say_what_a_row_is", "sql/gold/x.sql", "select 1", "sql/gold/x.sql does not begin with"),
    (
        "models_say_what_a_row_is",
        "sql/queries/x.sql",
        "-- One row is x.",
        "sql/queries/x.sql does not begin with `-- …?`",
    ),
]

ALLOWED = {
    "../benchmarks/speed.py": "from harness.services import PROJECT\nfrom wattlake.lake.build.run import build",
    "lake/runs/catalog.py": "import time\nfrom wattlake.lake.settings import Settings\nSTARTED = time.monotonic()",
    "tasks/meters.py": "from wattlake.lake import landing\n@task\ndef land(): ...",
    "tasks/landing/meters.py": "from wattlake.tasks.sources import meters\ndef land(): ...",
    "tasks/sources/meters.py": "from wattlake.lake.addresses import Address\ndef read(now): ...",
    "tasks/sources/tides.py": "from wattlake.tasks.landing import http\ndef read(now): ...",
    "tasks/producers/__init__.py": "from wattlake.lake.gold import Producer",
    "tasks/producers/pv.py": "import polars",
    "tasks/sources/_answer.py": "import httpx",
    "flows/ingest.py": "from wattlake.tasks import meters\n@flow(name='ingest')\ndef ingest(): datetime.now(UTC)",
    "app/cli.py": "from wattlake.flows import ingest\nprint('done')",
    "sql/silver/meter_reading.sql": "-- One row is one meter's half-hour.\nselect * from bronze.meters",
}


def planted(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize("rule", architecture.RULES, ids=lambda rule: rule.__name__)
def test_the_project_keeps(rule):
    assert list(rule(PROJECT / "wattlake")) == []


@pytest.mark.parametrize(("rule", "file", "content", "said"), BREACHES)
def test_a_breach_is_found(rule, file, content, said, tmp_path):
    found = list(getattr(architecture, rule)(planted(tmp_path / "wattlake", ALLOWED | {file: content})))

    assert any(said in breach for breach in found), found


@pytest.mark.parametrize("rule", architecture.RULES, ids=lambda rule: rule.__name__)
def test_what_is_allowed_is_no_breach(rule, tmp_path):
    assert list(rule(planted(tmp_path / "wattlake", ALLOWED))) == []


def test_every_model_has_a_contract():
    layers = ("silver", "gold", "warehouse", "star")
    files = [path for layer in layers for path in (PROJECT / "wattlake" / "sql" / layer).glob("*.sql")]
    models = {f"{path.parent.name}.{path.stem}" for path in files}

    assert models
    assert models - contracts().keys() == set()


def test_every_setting_is_in_the_example_with_its_default():
    example = PROJECT / ".env.example"
    lines = re.findall(r"^(# ?)?WATTLAKE_(\w+?)(?:__\w+)?=", example.read_text(encoding="utf-8"), flags=re.MULTILINE)
    commented_out = {name.lower() for comment, name in lines if comment}

    assert sorted({name.lower() for _, name in lines}) == sorted(Settings.model_fields)
    assert [name for name in commented_out if getattr(Settings(), name)] == [], "commented out, so empty by default"
    assert Settings(_env_file=example) == Settings()
