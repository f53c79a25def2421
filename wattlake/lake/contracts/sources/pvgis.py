"""Hourly output of 1 kWp of panels in recorded years, from PVGIS."""

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, landing, provenance, table
from wattlake.lake.contracts.promises import HOURS


class Pvgis(Bronze):
    """One hour of an answer, as it was written."""

    zone: str = bronze("zone", "Zone whose centre was asked for")
    tilt_degrees: str = bronze("tilt_degrees", "Tilt that was asked for, from the horizontal")
    azimuth_degrees: str = bronze("azimuth_degrees", "Azimuth that was asked for, as a bearing (180 is south)")
    radiation_db: str = bronze("radiation_db", "Radiation database behind the answer")
    peak_power: str = bronze("peak_power", "Size of the system, in kWp")
    system_loss: str = bronze("system_loss", "Losses of the system, in %")
    time: str = bronze("time", "The satellite's instant in the hour, in UTC, such as `20220101:0010`")
    p: str = bronze("P", "Output of the system, in W")
    g_i: str = bronze("G(i)", "Irradiance on the panels, in W/m²")
    h_sun: str = bronze("H_sun", "Height of the sun, in degrees")
    t2m: str = bronze("T2m", "Air temperature at 2 m, in °C")
    ws10m: str = bronze("WS10m", "Wind speed at 10 m, in m/s")
    reconstructed: str = bronze("Int", "1 where the radiation is reconstructed")
    provenance: str = bronze("provenance", "`simulated` where the sandbox answered, otherwise absent")

    class Config:
        metadata = table("bronze.pvgis")


class PvTypical(Contract):
    """The output of 1 kWp of panels of one orientation in one hour of a recorded year."""

    zone: str = column("Zone the panels are in")
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", ge=0, le=90)
    azimuth_degrees: float = column("Bearing the panels face: 90 east, 180 south, 270 west", "°", ge=0, le=360)
    period_start_utc: Utc = column("Start of the hour, in the recorded year")
    output_w_per_kwp: float = column("Mean output of 1 kWp after system losses", "W/kWp", ge=0, le=1500)
    provenance: str = provenance()
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.pv_typical", key=("zone", "tilt_degrees", "azimuth_degrees", "period_start_utc"), rules=(HOURS,)
        )
