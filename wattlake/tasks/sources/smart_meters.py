"""Smart-meter files in the layouts of the public London set, or any with a mapping.

A ``mapping.toml`` beside the files describes any other layout. The London set is of UK Power Networks, Low Carbon
London: https://data.london.gov.uk/dataset/smartmeter-energy-use-data-in-london-households. There may be ten gigabytes
of it, so DuckDB reads the files; they are never loaded into Python.
"""

from wattlake.tasks.sources._folder import files_with_mappings, mapping_files

__all__ = ["LAYOUTS", "LICENCE", "files", "mapping_files"]

LICENCE = "UK Power Networks, Low Carbon London, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"

LAYOUTS: tuple[tuple[str, ...], ...] = (
    ("LCLid", "tstp", "energy(kWh/hh)"),
    ("LCLid", "DateTime", "KWH/hh (per half hour)"),
)
"""The headers a file without a mapping must have, one set per layout: one file per home or block, and the original
release."""

files = files_with_mappings
