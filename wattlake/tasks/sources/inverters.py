"""Plant data: files of inverters, of a plant's sensors, and the register of its panels.

The layouts are those in which monitoring portals export and public sets come (generation and weather in a file each per
plant): powers in kW, yields in kWh, irradiation in kW/m². Any other layout is read by a ``mapping.toml`` beside it.
"""

from wattlake.tasks.sources._folder import files_with_mappings, mapping_files

__all__ = ["IS_OPTIONAL", "LAYOUTS", "LICENCE", "files", "mapping_files"]

LICENCE = "The plant operator's own"

LAYOUTS: tuple[tuple[str, ...], ...] = (
    ("DATE_TIME", "PLANT_ID", "SOURCE_KEY", "AC_POWER"),
    ("DATE_TIME", "PLANT_ID", "SOURCE_KEY", "IRRADIATION"),
    ("PLANT_ID", "panel_id", "panel_kwp"),
)
"""The headers a file without a mapping must have, one set per layout: of inverters, of sensors, and the register."""

IS_OPTIONAL = True
"""A community without such files has no such folder, and is not asked for them."""

files = files_with_mappings
