"""The community's register, and the households of the public London set."""

from wattlake.tasks.sources.base import Inbox

# The register, and `informations_households.csv`.
LAYOUTS = (
    ("member_id", "meter_id", "zone", "latitude", "longitude", "member_type", "valid_from"),
    ("LCLid", "stdorToU", "Acorn", "Acorn_grouped"),
)

SOURCE = Inbox(
    name="members",
    licence=(
        "The register is the community's own; informations_households.csv: UK Power Networks, Low Carbon London, "
        "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"
    ),
    is_optional=False,
    is_register=True,
    layouts=LAYOUTS,
    registers=LAYOUTS,
    takes_mappings=True,
)
