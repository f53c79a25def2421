"""Order the SELECTs of ``sql/steps/mapping`` that a mapping's files are read by."""

from functools import cache

from wattlake.lake.mapping import AnyMapping, Mapping, PlantMapping, PriceMapping, RegisterMapping, StationMapping
from wattlake.lake.mapping.times import STEPS, AnyTime
from wattlake.lake.mapping.units import GRID_MINUTES
from wattlake.lake.models.graph import SQL_FOLDER

MAPPED_FOLDER = SQL_FOLDER / "steps" / "mapping"

View = tuple[str, str]
"""A view's name, and the step that makes it or else the view that it shows as it is."""

CLOCK: tuple[View, ...] = (("meter_clock", "meter_clock"), ("meter_time", "meter_time"))
"""The views that tell instants from times."""


@cache
def mapped_sql() -> dict[str, str]:
    """Read the SELECTs that read mapped files, by the names of their files."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(MAPPED_FOLDER.glob("*.sql"))}


def views(mapping: AnyMapping) -> list[View]:
    """List the views that a mapping's readings are read through, each from the one before.

    What a mapping has no need of is left out, so that it costs nothing.
    """
    if isinstance(mapping, RegisterMapping):
        return [(mapping.SOURCE, "register_row")]
    if isinstance(mapping, PriceMapping | StationMapping):
        kind = "price" if isinstance(mapping, PriceMapping) else "weather"
        return [
            ("cell", f"{kind}_cell"),
            ("meter_day", "clock_cell"),
            _dated(mapping.time),
            *CLOCK,
            (mapping.SOURCE, f"{kind}_row"),
        ]
    # The clock is read alike, whosesoever it is.
    if isinstance(mapping, PlantMapping):
        return [("meter_day", "plant_cell"), _dated(mapping.time), *CLOCK]
    period = mapping.time.period_minutes
    is_summed_up = not mapping.is_total and period not in GRID_MINUTES
    return [
        *((name, name) for name in ("meter_row", "meter_word", "meter_cell")),
        ("meter_day", "meter_day" if mapping.counts_from_midnight else "meter_cell"),
        _dated(mapping.time),
        *CLOCK,
        ("meter_step", "meter_step" if period == STEPS else "meter_time"),
        ("meter_energy", "meter_energy"),
        ("meter_register", "meter_register" if mapping.columns.register_name else "meter_energy"),
        *_spacing(mapping),
        ("meter_reason", "meter_reason"),
        ("meter_slot", "meter_slot" if is_summed_up else "meter_reason"),
        ("meter_code", "meter_code" if mapping.columns.code else "meter_slot"),
    ]


def _dated(time: AnyTime) -> View:
    """Give the view that leaves out dates that may be meant the other way round."""
    return ("meter_dated", "meter_order" if time.swapped_formats else "meter_day")


def _spacing(mapping: Mapping) -> list[View]:
    """List the views that judge readings by those around them."""
    if mapping.is_total:
        return [
            *((name, name) for name in ("meter_counted", "meter_stretch", "meter_judged")),
            ("meter_spacing", "meter_total"),
        ]
    if mapping.is_day_per_row or mapping.time.hours:
        return [("meter_spacing", "meter_register")]
    return [("meter_spacing", "meter_spacing" if mapping.has_fixed_period else "meter_overlap")]
