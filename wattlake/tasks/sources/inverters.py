"""Plant data: files of inverters, of a plant's sensors, and the register of its panels.

The layouts are those in which monitoring portals export and public sets come (generation and weather in a file each per
plant): powers in kW, yields in kWh, irradiation in kW/m². Any other layout is read by a ``mapping.toml`` beside it.
"""

from wattlake.tasks.sources.base import Inbox

REGISTER = ("PLANT_ID", "panel_id", "panel_kwp")

SOURCE = Inbox(
    name="inverters",
    licence="The plant operator's own",
    # Of inverters and of sensors.
    layouts=(
        ("DATE_TIME", "PLANT_ID", "SOURCE_KEY", "AC_POWER"),
        ("DATE_TIME", "PLANT_ID", "SOURCE_KEY", "IRRADIATION"),
        REGISTER,
    ),
    registers=(REGISTER,),
    takes_mappings=True,
)
