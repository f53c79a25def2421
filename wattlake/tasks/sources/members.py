"""The community's register, and the households of the public London set."""

from wattlake.tasks.sources._folder import csv_files

LICENCE = (
    "The register is the community's own; informations_households.csv: UK Power Networks, Low Carbon London, "
    "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
)

LAYOUTS: tuple[tuple[str, ...], ...] = (
    ("member_id", "meter_id", "zone", "latitude", "longitude", "member_type", "valid_from"),
    ("LCLid", "stdorToU", "Acorn", "Acorn_grouped"),
)
"""The headers a file must have, one set per layout: the register, and ``informations_households.csv``."""

files = csv_files
