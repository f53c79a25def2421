"""Say what a member's forecast is made of: what each feature of the model adds to it."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasting.fallback import MODEL
from wattlake.tasks.forecasts.energy_rows import horizon
from wattlake.tasks.forecasts.serving import serving
from wattlake.tasks.forecasts.targets import TARGETS

NEWEST = """
    select issued_at_utc, forecaster, forecaster_version, period_start_utc, expected_kwh, tier
    from gold.forecast
    where member_id = $member_id and target = $target
    qualify dense_rank() over (order by issued_at_utc desc, _made_at_utc desc) = 1
    order by period_start_utc
"""
CUT = "cut off below 0"
OTHERS = "other features"


@dataclass(frozen=True)
class Explained:
    """A forecast in parts, one for each feature.

    Attributes:
        issued_at_utc: when it was issued.
        forecaster: by which model.
        version: its number in the registry.
        parts: one row per slot and feature: ``period_start_utc``, ``feature``, ``kwh``.
        differing_kwh: how far what is expected by what is known now is from what was issued, over all slots.
    """

    issued_at_utc: datetime
    forecaster: str
    version: str
    parts: pl.DataFrame
    differing_kwh: float

    def by_feature(self, top: int) -> pl.DataFrame:
        """Add up what each feature adds and takes away, the weightiest first, and all together last.

        Args:
            top: how many are shown by themselves.
        """
        added, taken = pl.col("kwh").clip(lower_bound=0).sum(), pl.col("kwh").clip(upper_bound=0).sum()
        weightiest = self.parts.group_by("feature").agg(pl.col("kwh").abs().sum()).sort("kwh", descending=True)
        shown = pl.col("feature").is_in(weightiest["feature"].head(top).to_list())
        named = self.parts.with_columns(feature=pl.when(shown).then("feature").otherwise(pl.lit(OTHERS)))
        sums = {"adds_kwh": added, "takes_away_kwh": taken, "together_kwh": pl.col("kwh").sum()}
        rows = named.group_by("feature").agg(**sums)
        rows = rows.sort(pl.col("feature") == OTHERS, -(pl.col("adds_kwh") - pl.col("takes_away_kwh")), "feature")
        whole = named.select(pl.lit("expected").alias("feature"), **sums)
        return pl.concat([rows, whole]).with_columns(pl.col(pl.Float64).round(3))


def explain(lake: Lake, target: str, member_id: str) -> Explained:
    """Say what a member's newest forecast is made of, by what is known of the time before it.

    Args:
        lake: the lake.
        target: consumption or production.
        member_id: the member.

    Raises:
        ValueError: there is no such forecast, or it is not of a model whose trees can be asked.
    """
    forecaster = TARGETS[target].forecaster
    if forecaster.explain is None:
        raise ValueError(f"The {target} forecast is no sum over features. Ask for load or solar.")
    reader = lake.reader()
    stored = _newest(reader, target, member_id)
    issued, name, version = stored.select("issued_at_utc", "forecaster", "forecaster_version").row(0)
    model = serving(reader, Storage(lake.settings), forecaster, issued)
    now = TARGETS[target].inputs(reader, lake.settings, issued, most_days=forecaster.history_days)
    if model.version != version or now is None or member_id not in now.known.days.series:
        raise ValueError(
            f"Model {version}, which made the forecast, or the history that it was made from is not there "
            "any more. `wattlake forecast` makes a new one."
        )
    known = now.without(model.late_slots).known
    number = known.days.series.index(member_id)
    starts, slots = horizon(now, lake.settings)
    unit = 1.0 if known.weights is None else float(known.weights[number])
    added = {
        feature: values[slots] * unit
        for feature, values in forecaster.explain(model.model, known, now.number, number).items()
    }
    whole = np.sum(list(added.values()), axis=0)
    added[CUT] = np.maximum(whole, 0.0) - whole
    parts = [
        pl.DataFrame({"period_start_utc": starts, "kwh": values}).with_columns(feature=pl.lit(feature))
        for feature, values in added.items()
    ]
    differing = np.abs(stored["expected_kwh"].cast(pl.Float64).to_numpy() - np.maximum(whole, 0.0))
    far = float(differing[differing > 0.001].sum())
    return Explained(issued, name, version, pl.concat(parts).select("period_start_utc", "feature", "kwh"), far)


def _newest(reader: Connection, target: str, member_id: str) -> pl.DataFrame:
    """Read a member's newest forecast.

    Raises:
        ValueError: there is none, or it is not of a model.
    """
    stored = reader.execute(NEWEST, {"member_id": member_id, "target": target}).pl()
    if stored.is_empty():
        raise ValueError(f"There is no {target} forecast of {member_id!r}. `wattlake forecast` makes those of all.")
    if set(stored["tier"]) != {MODEL}:
        tiers = ", ".join(sorted({*stored["tier"]} - {MODEL}))
        issued = stored["issued_at_utc"][0]
        raise ValueError(
            f"The {target} forecast of {member_id} issued at {issued:%Y-%m-%d %H:%M} UTC is of {tiers}, "
            "not of a model, so there are no features to explain it by. `wattlake train` makes models."
        )
    return stored
