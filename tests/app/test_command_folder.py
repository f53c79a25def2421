"""Commands are found in their folder, and imported only when they are run."""

import subprocess
import sys

import pytest
import typer.main

from tests.support.origins import WITH_CALENDAR
from wattlake.app import cli, command_folder, commands
from wattlake.app.command_folder import modules, outline
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

HEAVY = {"duckdb", "polars", "pandera", "pandas", "numpy", "sqlglot", "httpx", "prefect", "streamlit", "pydantic"}
UNNEEDED_TO_READ = {
    "polars",
    "pandera",
    "pandas",
    "numpy",
    "pyarrow",
    "httpx",
    "pyrate_limiter",
    "tenacity",
    "filelock",
    "sqlglot",
    "prefect",
    "streamlit",
    "sklearn",
    "lightgbm",
    "azure.core",
}
NEW = '''"""The command that greets: say-hello."""

from typing import Annotated

import typer

SHOWN = ("Look at it", 15)


def say_hello(name: Annotated[str, typer.Argument(help="Of whom.")]) -> None:
    """Greet somebody.

    Not on the help page.
    """
    typer.echo(f"Hello {name}.")
'''


def imported_by(*arguments: str, code: int = 0) -> set[str]:
    """The modules that are loaded when a command has ended, or where none is named, by the command line itself."""
    ending = "\nimport sys; print(chr(10).join(sys.modules), file=sys.stderr)"
    script = f"import sys; sys.argv = ['wattlake', *{arguments!r}]\nfrom wattlake.app import cli\n"
    if arguments:
        script += (
            f"try:\n    cli.main()\nexcept SystemExit as ended:\n    assert (ended.code or 0) == {code}, ended.code"
        )
    done = subprocess.run(
        [sys.executable, "-c", script + ending], capture_output=True, text=True, check=True, timeout=120
    )
    return set(done.stderr.splitlines())


@pytest.mark.parametrize("arguments", [(), ("--help",)], ids=["import", "--help"])
def test_the_command_line_and_its_help_page_import_no_command_and_no_big_library(arguments):
    loaded = imported_by(*arguments)

    assert "wattlake.app.cli" in loaded
    assert loaded & HEAVY == set()
    assert {name for name in loaded if name.startswith("wattlake.app.commands.")} == set()


@pytest.mark.usefixtures("lake_to_look_at")
@pytest.mark.parametrize(
    ("arguments", "code"), [(("status",), 0), (("bill", "nobody", "--month", "2026-06"), 2)], ids=["status", "no bill"]
)
def test_a_command_that_reads_imports_only_libraries_that_it_uses(arguments, code):
    loaded = imported_by(*arguments, code=code)

    assert "duckdb" in loaded
    assert loaded & UNNEEDED_TO_READ == set()


def test_a_run_of_days_in_the_wrong_order_ends_before_prefect_is_started():
    loaded = imported_by("run", "--from", "2026-01-03", "--to", "2026-01-01", code=2)

    assert "wattlake.app.commands.run" in loaded
    assert "prefect" not in loaded


@pytest.mark.usefixtures("lake_to_change")
def test_a_bill_imports_only_libraries_that_it_uses(wattlake):
    assert wattlake("settle").code == 0
    lake = Lake(Settings(), read_only=True)
    (member,) = lake.reader().execute("select min(member_id) from gold.member_bill_monthly").fetchall()[0]
    lake.close()
    loaded = imported_by("bill", member, "--month", "2026-06")

    assert "duckdb" in loaded
    assert loaded & UNNEEDED_TO_READ == set()


def test_a_build_without_panels_does_not_wait_for_pvlib(copied_lake, monkeypatch):
    monkeypatch.setenv("WATTLAKE_DATA", copied_lake(WITH_CALENDAR).settings.data)
    loaded = imported_by("build")

    assert "wattlake.tasks.producers.pv_output_hourly" in loaded
    assert loaded & {"pvlib", "scipy"} == set()


def test_a_command_imports_no_other():
    loaded = imported_by("simulate", "--help")

    assert {name for name in loaded if name.startswith("wattlake.app.commands.") and "._" not in name} == {
        "wattlake.app.commands.simulate"
    }


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.stem)
def test_the_help_page_tells_of_a_command_what_its_module_does(path):
    shown = outline(path)
    command = typer.main.get_command(cli.cli).commands[shown.name]

    assert (shown.name, shown.text) == (command.name, command.help)
    assert shown.panel in {"Fill the lake", "Look at it", "Try it without data", "Extend it"}


def test_no_two_commands_have_one_place():
    places = [outline(path)[:2] for path in modules()]

    assert sorted(set(places)) == sorted(places)


def test_a_new_command_is_one_new_file(monkeypatch, tmp_path, wattlake):
    (tmp_path / "say_hello.py").write_text(NEW)
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "wattlake.app.commands.say_hello", raising=False)

    page = wattlake("--help").out
    assert page.index("status ") < page.index("say-hello ") < page.index("quality ")
    assert "Greet somebody." in page
    assert "Not on the help page." not in page
    assert wattlake("say-hello", "Ada").out == "Hello Ada.\n"
    assert "Not on the help page." in wattlake("say-hello", "--help").out


@pytest.mark.parametrize(
    ("written", "instead"), [("SHOWN", "PANEL"), ('"""Greet', 'f"""Greet'), ("def say_hello", "def greet")]
)
def test_a_module_that_is_no_command_is_named(written, instead, tmp_path):
    file = tmp_path / "say_hello.py"
    file.write_text(NEW.replace(written, instead))

    with pytest.raises(
        ValueError, match=r"say_hello\.py is no command: give it a literal SHOWN, and a function say_he"
    ):
        command_folder.outline(file)


def test_a_name_that_is_no_command_is_told_with_what_is_near(wattlake):
    answer = wattlake("statsu")

    assert answer.code == 2
    assert "No such command 'statsu'" in answer.err
    assert "Did you mean 'status'" in answer.err
