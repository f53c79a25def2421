"""A new model against the model that serves and every baseline."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from wattlake.tasks.forecasting.boosted import BROKEN
from wattlake.tasks.forecasting.days import Floats
from wattlake.tasks.forecasting.forecaster import Forecaster, Known, only
from wattlake.tasks.forecasting.holdout import HeldOut, compared, held_out_days, judge, relative_errors
from wattlake.tasks.forecasting.promotion import Verdict, judged
from wattlake.tasks.forecasting.targets import LADDER, issue_days

logger = logging.getLogger("wattlake.train")


@dataclass(frozen=True)
class Served:
    """The forecaster that serves a target from a day on.

    Attributes:
        name: of the forecaster; of the ladder where no model has won yet.
        model: None where the ladder serves.
        why: a sentence.
    """

    name: str = LADDER
    model: Any = None
    why: str = ""


def against(
    forecaster: Forecaster, champions: Mapping[str, Any], known: Known, held: HeldOut, numbers: range
) -> Verdict:
    """Judge a challenger on the days held out against the serving model and every baseline.

    Each pair is compared on the slots that both know.

    Args:
        forecaster: of the target.
        champions: the model that serves, by what it is called; none where the ladder does.
        known: the history, with what came on the days held out.
        held: the challenger on them.
        numbers: the days held out.
    """
    scored = range(numbers[-1] + 1 - held.outcome.days.values.shape[1], numbers[-1] + 1)
    some = compared(known)
    few = only(known, some)
    others: dict[str, Floats] = {}
    for name, model in champions.items():
        try:
            others[name] = issue_days(forecaster, model, few, scored).expected[forecaster.main]
        except BROKEN as error:
            logger.warning("%s of %s broke: %s", name, forecaster.target, error)
    expected = held.outcome.expected
    others |= {name: part[some] for name, part in expected.items() if name not in forecaster.shown}
    own = expected[forecaster.main][some]
    duels = {name: _errors(own, theirs, few, scored) for name, theirs in others.items()}
    return judged({name: duel for name, duel in duels.items() if duel[0].size}, held.daily_coverage_pct())


def served_from(forecaster: Forecaster, known: Known, number: int, before: Served) -> Served:
    """Train and judge a model on the days before a day, and serve it if it wins.

    Otherwise what served before goes on.

    Args:
        forecaster: of the target.
        known: the history.
        number: the day.
        before: what serves up to it.
    """
    held_days = held_out_days(number, forecaster.least_days)
    if not held_days:
        return Served(before.name, before.model, f"{number} days are too few to train and to judge")
    numbers = range(number - held_days, number)
    try:
        name, model = forecaster.train(known, numbers[0], {})
    except ValueError as error:
        return Served(before.name, before.model, str(error))
    champions = {} if before.model is None else {"the model before": before.model}
    verdict = against(forecaster, champions, known, judge(forecaster, model, known, numbers), numbers)
    return Served(name, model, verdict.why) if verdict.is_promoted else Served(before.name, before.model, verdict.why)


def _errors(own: Floats, theirs: Floats, known: Known, scored: range) -> tuple[Floats, Floats]:
    """Return both forecasts' errors of each day, on the slots of which both say something."""
    is_known = ~np.isnan(own) & ~np.isnan(theirs)
    mine, other = (relative_errors(np.where(is_known, expected, np.nan), known, scored) for expected in (own, theirs))
    is_scored = ~np.isnan(mine)
    return mine[is_scored], other[is_scored]
