"""Every command explains itself."""

from importlib import metadata
from pathlib import Path

import duckdb
import pytest
import typer.main

from wattlake.app import cli, commands

COMMANDS = typer.main.get_command(cli.cli).commands


def test_the_command_line_has_a_command_for_every_module_of_the_folder():
    files = {path.stem.replace("_", "-") for path in Path(commands.__file__).parent.glob("[!_]*.py")}
    assert set(COMMANDS) == files
    assert {"run", "ingest", "build", "forecast", "status", "sql", "dashboard", "demo", "new"} <= files


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_is_explained(name):
    command = COMMANDS[name]
    assert command.help.strip().partition("\n")[0].endswith(".")
    unexplained = [option.name for option in command.params if not (getattr(option, "help", "") or "").endswith(".")]
    assert unexplained == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_shown_and_needs_no_lake_and_no_settings(wattlake, monkeypatch, name):
    monkeypatch.setenv("WATTLAKE_SLOT_MINUTES", "7")
    for asked in ("--help", "-h"):
        said = wattlake(name, asked)
        assert (said.code, said.err) == (0, "")
        assert f"Usage: wattlake {name}" in said.out


@pytest.mark.parametrize("name", ["run", "ingest", "build", "forecast"])
def test_the_commands_that_fill_the_lake_take_days(name):
    assert {"--from", "--to"} <= {word for option in COMMANDS[name].params for word in option.opts}


def test_the_command_alone_lists_the_commands(wattlake):
    said = wattlake()
    assert all(f" {name} " in said.out + said.err for name in COMMANDS)


def test_the_version_is_said_with_that_of_duckdb(wattlake):
    said = wattlake("--version")
    assert (said.code, said.out) == (0, f"wattlake {metadata.version('wattlake')}, duckdb {duckdb.__version__}\n")
