"""Text that others wrote, shown as the characters that it is and never as markup.

Such text is data, addresses, files and errors. Streamlit reads Markdown in its sentences, titles, badges, labels and
tooltips, with colours, icons, formulas and links; Plotly reads some HTML in its labels. What comes from elsewhere
passes through here before it gets there.
"""

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

SPACE = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
TEMPLATES = ("hovertemplate", "texttemplate", "template")
"""The texts that our own code writes for Plotly, with its markup."""


def literal(text: object) -> str:
    """Quote foreign text as code, for use within Markdown.

    In code nothing is markup and no address a link.

    Args:
        text: of any characters; line breaks and other control characters become spaces.
    """
    line = SPACE.sub(" ", str(text)).strip()
    if not line:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    padding = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{padding}{line}{padding}{fence}"


def show(text: object) -> None:
    """Show foreign text of several lines by itself."""
    st.code(str(text), language=None, wrap_lines=True)


def chart(figure: go.Figure, key: str, alt: str, on_click: Callable[[int], None] | None = None) -> None:
    """Show a chart; no text of what it draws is markup.

    Args:
        figure: the chart.
        key: its name on the page.
        alt: what it shows, for those who cannot see it.
        on_click: what a click on one of the last trace's points does, by the point's number.
    """
    drawn = go.Figure(unmarked(figure.to_dict()))
    config = {"displayModeBar": False}
    if on_click is None:
        st.plotly_chart(drawn, key=key, alt=alt, config=config)
        return
    event = st.plotly_chart(drawn, key=key, alt=alt, config=config, on_select="rerun", selection_mode="points")
    last_trace = len(drawn.data) - 1
    for point in event["selection"]["points"]:
        if point["curve_number"] == last_trace:
            on_click(point["point_index"])


def unmarked(drawn: Any) -> Any:  # noqa: ANN401
    """Escape a figure's texts, so that Plotly shows them as they are.

    The templates that our own code writes stay as they are.
    """
    if isinstance(drawn, str):
        return escape(drawn, quote=False)
    if isinstance(drawn, Mapping):
        return {name: value if name in TEMPLATES else unmarked(value) for name, value in drawn.items()}
    if isinstance(drawn, list | tuple):
        return [unmarked(value) for value in drawn]
    if isinstance(drawn, np.ndarray) and drawn.dtype.kind in "OU":
        return unmarked(drawn.tolist())
    return drawn
