"""The page of the models: which serve, how good they are, and which features count."""

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from wattlake.lake.reports.quality_page import STYLE
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import naive_utc
from wattlake.tasks.forecasting.boosted import boosted_in
from wattlake.tasks.forecasting.targets import FORECASTERS
from wattlake.tasks.forecasts.serving import serving

MODELS = """
    select model_id, target, forecaster, trained_at_utc, trained_from_utc, trained_to_utc, series, status, why, metrics
    from ops.model
    order by model_id desc
    limit 60
"""
MEASURES = {
    "mae": "MAE",
    "wape_pct": "WAPE %",
    "mase": "MASE",
    "r2": "R²",
    "skill_naive_24h_pct": "skill over 24 h naive %",
    "coverage_50_pct": "50 % holds",
    "coverage_80_pct": "80 % holds",
    "coverage_95_pct": "95 % holds",
}
FEATURES_SHOWN = 12


def write_report(lake: Lake, now_utc: datetime) -> Path:
    """Write the page beside the lake's catalog; returns its file."""
    file = lake.settings.local_folder / "models.html"
    file.write_text(report(lake, now_utc), encoding="utf-8")
    return file.resolve()


def report(lake: Lake, now_utc: datetime) -> str:
    """Make the page as HTML; it stands for itself and loads nothing."""
    reader = lake.reader()
    rows = reader.execute(MODELS).fetchall()
    body = [f"<h1>Models</h1><p>The lake at {escape(lake.settings.data)}, {now_utc:%Y-%m-%d %H:%M} UTC.</p>"]
    issued = naive_utc(now_utc)
    for target, forecaster in FORECASTERS.items():
        model = serving(reader, Storage(lake.settings), forecaster, issued)
        named = f"model {model.version} ({model.forecaster})" if model.model else "no model: the ladder of baselines"
        body.append(f"<h2>{escape(target.capitalize())}: {escape(named)}</h2>")
        body.append(_models([row for row in rows if row[1] == target]))
        body.append(_features(model.model))
    head = f'<meta charset="utf-8"><title>Wattlake: models</title><style>{STYLE.read_text(encoding="utf-8")}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body><main>{"".join(body)}</main></body></html>\n'


def _models(rows: list[tuple[Any, ...]]) -> str:
    """List the models, one line each, the newest first."""
    if not rows:
        return "<p>None was trained yet.</p>"
    titles = ["model", "trained", "on", "series", "status", *MEASURES.values(), "judged"]
    lines = [
        [
            f"{number}",
            f"{trained:%Y-%m-%d %H:%M}",
            f"{begin:%Y-%m-%d} to {end:%Y-%m-%d}",
            f"{series:,}",
            status,
            *(_measure(json.loads(metrics), name) for name in MEASURES),
            why,
        ]
        for number, _, _, trained, begin, end, series, status, why, metrics in rows
    ]
    return _table(titles, lines)


def _measure(metrics: Mapping[str, float], name: str) -> str:
    return f"{metrics[name]:.4g}" if metrics.get(name) is not None else ""


def _features(model: Any) -> str:  # noqa: ANN401 – any of the forecasters' models
    """List the features that trees split on most, by the gain in LightGBM's own count."""
    trees = boosted_in(model)
    if not trees:
        return ""
    gains = sorted(trees[0].gains().items(), key=lambda gain: -gain[1])[:FEATURES_SHOWN]
    whole = sum(trees[0].gains().values()) or 1.0
    return _table(["feature", "share of the gain"], [[name, f"{100 * gain / whole:.1f} %"] for name, gain in gains])


def _table(titles: list[str], lines: list[list[str]]) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
