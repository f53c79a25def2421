"""Draw a score over time as a small picture, in SVG."""

from collections.abc import Sequence
from datetime import date
from html import escape

WIDTH, HEIGHT = 200, 40
LOWEST_TOP = 0.9
"""The lower edge of the picture is at least so low, so that specks do not look like catastrophes."""


def line(days: Sequence[date], ratios: Sequence[float | None], what: str) -> str:
    """Draw a line of the days' scores; empty where there is none.

    Days without a score are left out, and a single one is a dot.

    Args:
        days: in order.
        ratios: the score of each day, 0 to 1, or ``None``.
        what: what the line shows, for those who cannot see it.
    """
    known = [(day, ratio) for day, ratio in zip(days, ratios, strict=True) if ratio is not None]
    if not known:
        return ""
    lowest = min(LOWEST_TOP, *(ratio for _, ratio in known))
    first, spread = known[0][0], max((known[-1][0] - known[0][0]).days, 1)
    points = [(WIDTH * (day - first).days / spread, HEIGHT * (1 - ratio) / (1 - lowest)) for day, ratio in known]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    label = escape(
        f"{what}: {known[-1][1]:.2%} on {known[-1][0]}, lowest {min(ratio for _, ratio in known):.2%}", quote=True
    )
    return (
        f'<svg viewBox="-4 -4 {WIDTH + 8} {HEIGHT + 8}" role="img" aria-label="{label}">'
        f'<title>{label}</title><line x1="0" x2="{WIDTH}" y1="0" y2="0"/><polyline points="{drawn}"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/></svg>'
    )
