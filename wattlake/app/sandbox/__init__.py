"""The outside world on localhost: the APIs as they answer, and a simulated community.

Everything made here carries `simulated` as its provenance. This package imports nothing else of Wattlake.
"""

PROVENANCE = "simulated"

APIS = (
    "OPEN_METEO_ARCHIVE",
    "OPEN_METEO_FORECAST",
    "OPEN_METEO_PREVIOUS_RUNS",
    "ENERGY_CHARTS",
    "PVGIS",
    "CARBON_INTENSITY",
)
"""What it answers for, as the settings of their addresses end (``WATTLAKE_URL__…``)."""
