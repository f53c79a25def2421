"""The model that made a forecast: how good it is, and how it was made."""

import json

import streamlit as st

from wattlake.app.dashboard import foreign
from wattlake.app.dashboard.queries.models import Served

HELD_OUT = "On the days held out of its training, of one member's slot."


def show_model(model: Served, target: str) -> None:
    """Draw a model's measures as cards, and its details below."""
    figures = [
        ("Model", f"{model.forecaster} {model.model_id}", f"Trained on {model.series:,} series. {model.why}."),
        ("RMSE", _written(model.rmse_kwh, 3, " kWh"), f"Root of the mean squared error. {HELD_OUT}"),
        ("MAE", _written(model.mae_kwh, 3, " kWh"), f"Mean absolute error. {HELD_OUT}"),
        ("R²", _written(model.r2, 2), f"The part of the variance that it explains. {HELD_OUT}"),
    ]
    if target == "consumption":
        figures.append(("MAPE", _written(model.mape_pct, 1, " %"), f"Mean absolute error in per cent. {HELD_OUT}"))
    accuracy = None if model.wape_pct is None else 100 - model.wape_pct
    figures.append(("Accuracy", _written(accuracy, 1, " %"), "100 % less the sum of the errors over the energy."))
    figures.append(("Accuracy since", *_online(model)))
    with st.container(border=True):
        st.markdown("##### The model that serves")
        for column, (label, value, help_text) in zip(st.columns(len(figures)), figures, strict=True):
            column.metric(label, value, help=foreign.literal(help_text))
        with st.expander("How it was made"):
            show_details(model)


def show_details(model: Served) -> None:
    """Draw what a model was trained on, and with which features and parameters."""
    if model.trained_from_utc and model.trained_to_utc:
        st.markdown(
            f"Trained on **{model.trained_at_utc:%Y-%m-%d}** on the history from {model.trained_from_utc:%Y-%m-%d} to "
            f"{model.trained_to_utc:%Y-%m-%d} (days of UTC), and judged on what followed: {foreign.literal(model.why)}."
        )
    features = json.loads(model.features or "[]")
    st.caption(f"Its {len(features)} features")
    foreign.show(", ".join(map(str, features)))
    st.caption("Its parameters")
    foreign.show(json.dumps(json.loads(model.parameters or "{}"), indent=1))


def _online(model: Served) -> tuple[str, str]:
    if model.online_wape_pct is None:
        return "not yet", "Known once what it forecast was read: runs score it then."
    return _written(100 - model.online_wape_pct, 1, " %"), f"Since it serves, of {model.online_slots:,} slots."


def _written(number: float | None, decimals: int, unit: str = "") -> str:
    return "–" if number is None else f"{number:,.{decimals}f}{unit}"
