"""Runs every command and every flow, one after another in one process; ``python -m tests.support.every_command``.

They are read from the command line and from ``flows/``, so a new one is run as well; what cannot do without arguments
has them here. How each ended is told on standard output, as are the errors and the dashboard's first page.
"""

import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from unittest.mock import patch

import typer
from streamlit.testing.v1 import AppTest

from wattlake import flows
from wattlake.app import cli, demo

NOW, FIRST, LAST = "2026-06-22", "2026-06-14", "2026-06-21"
OUT = f"{gettempdir()}/wattlake-commands-{os.getpid()}"
METERS = next(iter(sorted(Path(os.environ.get("WATTLAKE_SMART_METERS", "none")).glob("*.csv"))), Path("none.csv"))
RUN = ("--from", FIRST, "--to", LAST, "--now", NOW)
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "run": RUN,
    "ingest": RUN,
    "backfill": ("energy_charts", "--from", FIRST, "--to", LAST, "--again"),
    "backtest": ("--target", "load", "--from", FIRST, "--to", LAST),
    "map": (str(METERS),),
    "watch": ("--for", "1"),
    "stream": ("--for", "1"),
    "replay": ("--from", FIRST, "--to", FIRST, "--speed", "0"),
    "live": ("--for", "1"),
    "drop": ("gold.gone",),
    "bill": ("U000001", "--month", "2026-06"),
    "explain": ("U000001",),
    "features": ("--from", FIRST, "--to", LAST, "--out", OUT + ".features.csv"),
    "sql": ("select path from duckdb_databases() union all select secret_string from duckdb_secrets()",),
    "history": (),
    "simulate": ("--members", "2", "--days", "2", "--out", OUT),
    "simulate-fleet": ("--out", OUT),
    "market compare": ("--from", FIRST, "--to", LAST),
    "backup": (OUT + "/backup",),
    "restore": (OUT + "/backup",),
}
FLOWS: dict[str, dict[str, Any]] = {
    "backfill": {"source": "energy_charts", "from_day": FIRST, "to_day": LAST, "again": True},
    "ingest": {"from_day": FIRST, "to_day": LAST},
    "pipeline": {"from_day": FIRST, "to_day": LAST},
    "watch": {"for_seconds": 1},
    "stream": {"for_seconds": 1},
}
SMALL = {"MEMBERS": 4, "DAYS": 3, "PANELS": 20, "PANEL_DAYS": 3, "COMPARED_DAYS": 2}
"""Of how many the demonstration is here; in its own size it takes longer than all other commands together."""
DEMO_CATALOG = "DEMO_CATALOG"
"""Names the catalog of a lake of the demonstration's own, for it refuses one that holds data already."""
SERVED = {"sandbox"}
"""It never ends, and knows no setting."""


def say(text: object) -> None:
    """Tell it at once on standard output, in the order of what the commands print."""
    typer.echo(str(text))
    sys.stdout.flush()


def commands() -> Iterator[str]:
    """The names of all commands, as one writes them."""

    def below(command: Any, path: tuple[str, ...]) -> Iterator[str]:
        if path and (not hasattr(command, "commands") or command.invoke_without_command):
            yield " ".join(path)
        for name, part in getattr(command, "commands", {}).items():
            yield from below(part, (*path, name))

    return below(typer.main.get_command(cli.cli), ())


def run_command(name: str) -> int:
    """How a command ends; of the dashboard, its first page."""
    if name == "dashboard":
        page = AppTest.from_file(str(Path(cli.__file__).parent / "dashboard/main.py"), default_timeout=120).run()
        say([element.value for kind in (page.error, page.exception, page.markdown, page.caption) for element in kind])
        return len(page.error) + len(page.exception)
    sys.argv = ["wattlake", *name.split(), *ARGUMENTS.get(name, ())]
    has_own_lake = name == "demo" and DEMO_CATALOG in os.environ
    own_lake = {"WATTLAKE_DATA": f"{OUT}/demo", "WATTLAKE_CATALOG": os.environ.get(DEMO_CATALOG, "")}
    try:
        with patch.dict(os.environ, own_lake if has_own_lake else {}):
            cli.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def run_flows() -> Iterator[tuple[str, int]]:
    """How each flow ends; its traceback is printed."""
    from prefect import Flow

    for module in pkgutil.iter_modules(flows.__path__):
        for flow in vars(importlib.import_module(f"wattlake.flows.{module.name}")).values():
            if isinstance(flow, Flow) and flow.fn.__module__ == f"wattlake.flows.{module.name}":
                state = flow(**FLOWS.get(flow.name, {}), return_state=True)
                say(f"{state} {state.data}")
                if state.is_failed():
                    error = state.result(raise_on_failure=False)
                    say("".join(traceback.format_exception(error)))
                yield flow.name, int(state.is_failed())


def main() -> None:
    """Run them all; what fails is tried again at once."""
    from wattlake.tasks.ingest import land_source

    land_source.retry_delay_seconds = 0
    for name, count in SMALL.items():
        assert hasattr(demo, name)
        setattr(demo, name, count)
    for name in commands():
        if name not in SERVED:
            say(f"\nENDED {name}: {run_command(name)}")
    for name, code in run_flows():
        say(f"\nENDED flow {name}: {code}")


if __name__ == "__main__":
    main()
