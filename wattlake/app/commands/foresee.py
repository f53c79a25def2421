"""The commands that train the forecasters, have them forecast, and say why: train, forecast, explain."""

from datetime import UTC, datetime, time
from typing import Annotated

import polars as pl
import typer

from wattlake.app.commands import (
    INSTANT,
    INSTANT_FORMATS,
    First,
    Last,
    Now,
    days_between,
    instant,
    lake_as_of,
    recorded_command,
)
from wattlake.app.commands.backtest import Target
from wattlake.app.render import say, show_table, with_bar
from wattlake.lake.runs.record import configure_logging

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
    wanted = tuple(TARGETS[one] for one in target or ())
    with recorded_command("train") as (lake, this):
        trained = list(with_bar(train_models(lake, at, this.run_id, hour, wanted, tune), "train"))
        this.message = "; ".join(f"{one.target}: {one.status}, {one.why}" for one in trained)
    rows = [
        {"target": one.target, "model": one.model_id or None, "forecaster": one.forecaster, "status": one.status}
        | {name: one.metrics.get(name) for name in MEASURES}
        for one in trained
    ]
    show_table(
        "Trained", pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col(pl.Float64).round_sig_figs(4))
    )
    for one in trained:
        say(f"{one.target}: {one.status}. {one.why}.")


def forecast(
    first: First = None,
    last: Last = None,
    now: Now = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            metavar=INSTANT,
            formats=INSTANT_FORMATS,
            help="Make the forecast that was issued last by this UTC time again, and compare; nothing is stored.",
        ),
    ] = None,
) -> None:
    """Forecast the next 24 hours: every member's load and production, the zones' and the community's, and the price.

    `--from` and `--to` issue one at the start of each UTC day between them, from what was known then.
    """
    from wattlake.tasks.forecasts.inputs import time_of_issue
    from wattlake.tasks.forecasts.issue import forecast as issue

    if as_of is not None:
        if first or last or now:
            raise ValueError("--as-of makes again what was issued by then. Leave out --from, --to and --now.")
        _again(as_of)
        return
    issues = [datetime.combine(one, time.min, UTC) for one in sorted(days_between(first, last))]
    with recorded_command("forecast") as (lake, this):
        for at in issues or [time_of_issue(lake, instant(now) or datetime.now(UTC))]:
            issued = issue(lake, at, datetime.now(UTC))
            issued.tell(this)
            rows = sum(issued.rows.values())
            none = "" if rows else " (it was issued before, or nothing was known to make it from)"
            say(f"Forecast issued at {at:%Y-%m-%d %H:%M} UTC: {rows:,} rows{none}.")
            for drift in issued.drifts:
                if drift.is_breach:
                    say(f"{str(drift).capitalize()}: `wattlake train`.")


def _again(as_of: datetime) -> None:
    """Make a stored forecast again, from what had been fetched when it was made."""
    from wattlake.tasks.forecasts.replay import replay_forecast
    from wattlake.tasks.producers import producers

    lake = lake_as_of(None)
    configure_logging(lake.settings.log_format)  # A model that is not what it was is told there.
    found = replay_forecast(lake, producers(), as_of)
    say(
        f"The forecast issued at {found.issued_at_utc:%Y-%m-%d %H:%M} UTC, made at {found.made_at_utc:%Y-%m-%d %H:%M}, "
        f"made again: {found.rows:,} rows, {found.differing:,} of them differ from what is stored."
    )
    if found.differing:
        raise typer.Exit(1)


def explain(
    member: Annotated[str, typer.Argument(help="The member.")],
    target: Annotated[Target, typer.Option(help="load or solar.")] = Target.load,
    top: Annotated[int, typer.Option(min=1, help="How many features are shown by themselves.")] = 12,
) -> None:
    """Say what a member's newest forecast is made of: what each feature adds to it, and what it takes away.

    The rows add up to the energy that is expected of the 24 hours: the median, not the mean, and not yet rounded to
    whole watt-hours slot by slot.
    """
    from wattlake.tasks.forecasts.explain import explain as explained
    from wattlake.tasks.forecasts.history import TARGETS

    found = explained(lake_as_of(None), TARGETS[target], member)
    show_table(
        f"{target.value.capitalize()} of {member}, issued at {found.issued_at_utc:%Y-%m-%d %H:%M} UTC by "
        f"{found.forecaster} {found.version}",
        found.by_feature(top),
    )
    if found.differing_wh:
        say(f"{found.differing_wh:,.0f} Wh of what was issued was expected otherwise: readings have come since.")
