"""``make torture``: every trial at full size, one table in docs/reliability.md and its numbers as JSON beside."""

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.torture import properties, trials
from benchmarks.torture.damage import damages
from benchmarks.torture.drill import drills
from benchmarks.torture.kills import undisturbed_life
from benchmarks.torture.processes import warm
from benchmarks.torture.report import keep, write_report
from benchmarks.torture.stream_trials import stream_trials
from benchmarks.torture.trials import NewLake, Trial
from harness import services
from wattlake.app.render import say
from wattlake.lake.settings import PROJECT, Settings
from wattlake.lake.store.files import Storage

NOT_LED = trials.Undisturbed([], [])

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@cli.command()
def torture(
    kills: Annotated[int, typer.Option(min=0, help="Kills, half of them on each catalog.")] = 1000,
    histories: Annotated[int, typer.Option(min=0, help="Random histories.")] = 300,
    ledgers: Annotated[int, typer.Option(min=0, help="Random histories of the ledger.")] = 300,
    processes: Annotated[int, typer.Option(min=2, help="Processes that land at once.")] = 8,
    commits: Annotated[int, typer.Option(min=0, help="Commits of each of them.")] = 50,
    polls: Annotated[int, typer.Option(min=0, help="Polls of readers, on each catalog.")] = 5000,
    rounds: Annotated[int, typer.Option(min=0, help="Rounds of the same at the same moment, on each catalog.")] = 10,
    files: Annotated[int, typer.Option(min=0, help="Files to damage, a quarter on each kind of lake.")] = 200,
    loads: Annotated[int, typer.Option(min=0, help="Kills of loads of a sink.")] = 50,
    streams: Annotated[int, typer.Option(min=0, help="Kills of a stream's consumer, broker, database.")] = 500,
    with_drill: Annotated[bool, typer.Option("--drill/--no-drill", help="Lose parts of a lake, have it back.")] = True,
    crossed: Annotated[bool, typer.Option(help="Tests of every zone with every slot, every kind of lake.")] = True,
    seed: Annotated[int, typer.Option(min=0, help="The same seed chooses the same kills and histories.")] = 0,
    results: Annotated[Path, typer.Option(help="Where the numbers go.")] = PROJECT / "benchmarks/results/torture.json",
    report: Annotated[Path, typer.Option(help="Where the table goes.")] = PROJECT / "docs/reliability.md",
) -> None:
    """Pull plugs, crowd the lake and read it all the while; exit with 1 where it did not keep its word.

    Each trial's numbers are kept as soon as they are there; 0 of a trial leaves it out, and what it gave before stays.
    """
    Settings.model_config["env_file"] = None
    logging.getLogger("wattlake").setLevel(logging.ERROR)
    warm()  # Before this process uses DuckDB itself.
    failures = 0

    def keep_and_say(trial: Trial) -> None:
        nonlocal failures
        failures += len(trial.failures)
        keep(trial, datetime.now(UTC) - timedelta(seconds=trial.seconds), results)
        write_report(results, report)
        say_so(f"{trial.on}: {trial.name}: {trial.count:,} {trial.unit}, {len(trial.failures)} failures")

    def say_so(sentence: str) -> None:
        say(f"{datetime.now(UTC):%H:%M:%S} {sentence}")

    with tempfile.TemporaryDirectory(prefix="wattlake-torture-") as folder, _catalogs(Path(folder)) as catalogs:
        if kills or polls:
            say_so("a life that nobody disturbs")
        life = undisturbed_life(catalogs["SQLite"](), Path(folder) / "undisturbed") if kills or polls else NOT_LED
        for trial in _trials(catalogs, Path(folder), life, kills, processes, commits, polls, rounds, seed, say_so):
            keep_and_say(trial)
        for on, new_lake in catalogs.items() if with_drill else ():
            keep_and_say(drills(new_lake, on, Path(folder)))
        if loads:
            keep_and_say(trials.kill_loads(catalogs, Path(folder), loads, seed))
        for trial in stream_trials(Path(folder), streams, seed) if streams else ():
            keep_and_say(trial)
        with _with_blob(catalogs) as lakes:
            for on, new_lake in lakes.items() if files else ():
                keep_and_say(damages(new_lake, on, Path(folder), -(-files // len(lakes)), seed))
        if histories:
            say_so(f"{histories} random histories")
            keep_and_say(properties.random_histories(histories, seed))
        if ledgers:
            say_so(f"{ledgers} random histories of the ledger")
            keep_and_say(properties.ledger_histories(ledgers, seed))
        if crossed:
            say_so("every case with every other")
            keep_and_say(properties.every_case())
    say_so(f"{failures} failures; the table is in {report}")
    raise typer.Exit(bool(failures))


def _trials(
    catalogs: dict[str, NewLake], folder: Path, life: trials.Undisturbed, kills: int, processes: int, commits: int,
    polls: int, rounds: int, seed: int, say_so: Callable[[str], None],
) -> Iterator[Trial]:  # fmt: skip
    if kills:
        with ThreadPoolExecutor(len(catalogs)) as both:
            share = -(-kills // len(catalogs))
            yield from both.map(
                lambda catalog: trials.kill_lives(catalogs[catalog], catalog, folder, life, share, seed, say_so),
                catalogs,
            )
    for on, new_lake in catalogs.items():
        if commits:
            yield from trials.hands_at_once(new_lake, on, processes, commits)
        if rounds:
            yield trials.contests_at_once(new_lake, on, folder, rounds)
        if polls:
            yield trials.readers_of_lives(new_lake, on, folder, life, polls, say_so)


@contextmanager
def _catalogs(folder: Path) -> Iterator[dict[str, NewLake]]:
    """How to come by the settings of a new lake, by its catalog."""
    number, lock = count(), threading.Lock()
    with services.postgres_server() as server:

        def on_sqlite() -> Settings:
            return Settings(data=str(folder / f"lake-{next(number)}"))

        def on_postgres() -> Settings:
            with lock:
                return Settings(data=str(folder / f"lake-{next(number)}"), catalog=server.new_database())

        yield {"SQLite": on_sqlite, "PostgreSQL": on_postgres}


@contextmanager
def _with_blob(catalogs: dict[str, NewLake]) -> Iterator[dict[str, NewLake]]:
    """The same, and lakes with the same catalogs whose files are on Azurite."""
    number = count()
    with services.azurite_server() as connection_string:

        def on_blob(new_lake: NewLake) -> Settings:
            settings = new_lake()
            catalog = settings.catalog.get_secret_value() or f"{settings.data}.sqlite"
            data = f"az://torture-{next(number)}/lake"
            blob = Settings(data=data, catalog=catalog, azure_connection_string=connection_string)
            Storage(blob).make_container()
            return blob

        yield catalogs | {f"{on}, Blob": partial(on_blob, new_lake) for on, new_lake in catalogs.items()}


if __name__ == "__main__":
    cli()
