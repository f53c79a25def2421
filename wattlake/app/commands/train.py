"""The command that trains the forecasters: train."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from wattlake.app.commands._lake import recorded_command
from wattlake.app.commands._options import Now, Target, instant
from wattlake.app.progress import with_bar
from wattlake.app.render import say, show_table

if TYPE_CHECKING:
    from wattlake.tasks.forecasts.train import Trained

SHOWN = ("Fill the lake", 50)
MEASURES = ("mae", "wape_pct", "mase", "r2", "skill_naive_24h_pct", "coverage_95_pct")


def train(
    target: Annotated[
        list[Target] | None, typer.Option(help="Train this target only; may be repeated. All by default.")
    ] = None,
    hour: Annotated[
        int | None,
        typer.Option(min=0, max=23, help="UTC hour at which forecasts will be issued; by default that of the present."),
    ] = None,
    tune: Annotated[
        float,
        typer.Option(
            "--tune",
            metavar="MINUTES",
            min=0,
            max=10_000,
            help="Try other settings of the trees for so long, for each target.",
        ),
    ] = 0,
    now: Now = None,
) -> None:
    """Train the forecasters, judge them on weeks they did not see, and promote what is better.

    The last four weeks are held out. A model serves from then on if it is better on them than the one that serves (or
    than the best baseline, where none does) beyond the luck of the days, and if its 95 % intervals hold.
    Settings that were found with `--tune` stay until better ones are found.
    """
    from wattlake.tasks.forecasts.history import TARGETS
    from wattlake.tasks.forecasts.train import train as train_models

    at = instant(now) or datetime.now(UTC)
    wanted = tuple(TARGETS[name] for name in target or ())
    with recorded_command("train") as (lake, this):
        trained = list(with_bar(train_models(lake, at, this.run_id, hour, wanted, tune), "train"))
        this.message = "; ".join(f"{outcome.target}: {outcome.status}, {outcome.why}" for outcome in trained)
    show_table(
        "Trained",
        pl.DataFrame(map(_row, trained), infer_schema_length=None).with_columns(pl.col(pl.Float64).round_sig_figs(4)),
    )
    for outcome in trained:
        say(f"{outcome.target}: {outcome.status}. {outcome.why}.")


def _row(outcome: "Trained") -> dict[str, str | float | None]:
    return {
        "target": outcome.target,
        "model": outcome.model_id or None,
        "forecaster": outcome.forecaster,
        "status": outcome.status,
        **{name: outcome.metrics.get(name) for name in MEASURES},
    }
