"""The command that says what a forecast is made of: explain."""

from typing import Annotated

import typer

from wattlake.app.commands._lake import lake_as_of
from wattlake.app.commands._options import Target
from wattlake.app.render import say, show_table

SHOWN = ("Look at it", 50)


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

    explanation = explained(lake_as_of(None), TARGETS[target], member)
    show_table(
        f"{target.value.capitalize()} of {member}, issued at {explanation.issued_at_utc:%Y-%m-%d %H:%M} UTC by "
        f"{explanation.forecaster} {explanation.version}",
        explanation.by_feature(top),
    )
    if explanation.differing_kwh:
        say(
            f"{explanation.differing_kwh:,.3f} kWh of what was issued was expected otherwise: readings have come since."
        )
