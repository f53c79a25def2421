"""Smart-meter files in the layouts of the public London set, or any with a mapping.

A ``mapping.toml`` beside the files describes any other layout. The London set is of UK Power Networks, Low Carbon
London: https://data.london.gov.uk/dataset/smartmeter-energy-use-data-in-london-households. There may be ten gigabytes
of it, so DuckDB reads the files; they are never loaded into Python.
"""

from wattlake.tasks.sources.base import Inbox

SOURCE = Inbox(
    name="smart_meters",
    licence="UK Power Networks, Low Carbon London, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
    is_optional=False,
    # One file per home or block, and the original release.
    layouts=(
        ("LCLid", "tstp", "energy(kWh/hh)"),
        ("LCLid", "DateTime", "KWH/hh (per half hour)"),
    ),
    takes_mappings=True,
)
