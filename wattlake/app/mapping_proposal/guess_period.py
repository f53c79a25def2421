"""A guess at how long the intervals of a file are, from the steps between its times."""

from pathlib import Path

from wattlake.app.mapping_proposal.guessed import Guess, NoProposalError
from wattlake.app.mapping_proposal.series import DAY_MINUTES, PERIODS, Series

FALLBACK_MINUTES = 30
OF_TOTALS_MINUTES = 15


def expect_no_days(path: Path, series: Series) -> None:
    """Refuse a file whose times are too far apart to be those of intervals.

    Raises:
        NoProposalError: they are days, weeks or some hours apart.
    """
    minutes = series.minutes
    if minutes <= max(PERIODS):
        return
    apart = (
        f"{minutes} minutes"
        if minutes < DAY_MINUTES
        else "a day"
        if minutes == DAY_MINUTES
        else f"{minutes // DAY_MINUTES} days"
    )
    raise NoProposalError(
        f"{path}: the times are {apart} apart. Wattlake reads intervals of an hour at most; ask for the load profile "
        "in quarter-hours, half-hours or hours."
    )


def guess_period(guess: Guess, path: Path, series: Series, column: str, *, is_by_steps: bool = False) -> None:
    """Note the length of the intervals.

    Args:
        guess: takes it.
        path: the file.
        series: its rows by meter.
        column: says it in each row; empty where there is none.
        is_by_steps: whether it changes behind the head.

    Raises:
        NoProposalError: no interval is as long as the times are apart.
    """
    is_total = guess.text("energy.unit").startswith("total ")
    if column and not is_total and len(set(series.head.column(column))) > 1:
        guess.set("columns.period", column)
    elif is_by_steps and not is_total:
        guess.set("time.period_minutes", "steps", "it changes within the file; each stretch is read with its own")
    elif len(series.stretches) > 1 and not is_total:
        listed = " and ".join(str(minutes) for minutes in sorted(series.stretches))
        guess.set("time.period_minutes", "steps", f"there are stretches of {listed} minutes; each is read with its own")
    elif series.minutes in PERIODS:
        guess.set("time.period_minutes", series.minutes)
    elif not any(series.steps):
        guess.set("time.period_minutes", FALLBACK_MINUTES, "a guess: there is one time only")
    elif is_total:
        guess.set(
            "time.period_minutes",
            OF_TOTALS_MINUTES,
            "the times are not regular: what flowed between is spread over these",
        )
    else:
        usual = sorted(step for steps in series.steps for step in steps)
        raise NoProposalError(
            f"{path}: the times are not regular ({usual[len(usual) // 2]:g} minutes apart in the middle), "
            "so no interval can be told. If its numbers count up, say so with --unit 'total kWh'."
        )
