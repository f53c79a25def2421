"""Hourly output of 1 kWp of panels at a place, tilt and azimuth, from PVGIS.

PVGIS is of the European Commission, JRC.
Source: https://joint-research-centre.ec.europa.eu/photovoltaic-geographical-information-system-pvgis (``seriescalc``).
Values are W, instants off the hour (such as ``20220101:0010``) because the satellite passes then. PVGIS counts azimuth
from south (0), east negative; bearings count from north.
"""

from datetime import UTC, datetime
from typing import Any

import polars as pl
from pyrate_limiter import Duration, Rate

from wattlake.lake.addresses import Address
from wattlake.tasks.sources._answer import Answer
from wattlake.tasks.sources.base import Api, Array, Request, Scope

# PVGIS 5.3 covers 2005 to 2023 and refuses other years, so a typical year comes from its last two, whatever is asked.
FIRST_YEAR, LAST_YEAR = 2022, 2023
SYSTEM_LOSS_PCT = 14
SOUTH_DEGREES = 180
ALWAYS_FINAL = datetime(1970, 1, 1, tzinfo=UTC)
HOURLY = ("time", "P", "G(i)", "H_sun", "T2m", "WS10m", "Int")


def requests(scope: Scope) -> list[Request]:
    """Make one request per distinct array.

    The days do not matter: the recorded years are the same for all.
    """
    return [_request(scope.urls["pvgis"], array) for array in dict.fromkeys(scope.arrays)]


def _request(base: Address, array: Array) -> Request:
    return Request(
        url=base / "api/v5_3/seriescalc",
        params={
            "lat": f"{array.latitude:g}",
            "lon": f"{array.longitude:g}",
            "startyear": str(FIRST_YEAR),
            "endyear": str(LAST_YEAR),
            "pvcalculation": "1",
            "peakpower": "1",
            "loss": str(SYSTEM_LOSS_PCT),
            "mountingplace": "building",
            "angle": f"{array.tilt_degrees:g}",
            "aspect": f"{array.azimuth_degrees - SOUTH_DEGREES:g}",
            "outputformat": "json",
        },
        asked={
            "zone": (array.zone,),
            "tilt_degrees": (f"{array.tilt_degrees:g}",),
            "azimuth_degrees": (f"{array.azimuth_degrees:g}",),
        },
        final_at_utc=ALWAYS_FINAL,
    )


def read(request: Request, body: bytes) -> pl.DataFrame:
    """Read the answer's rows, one per hour of the recorded years, with what was asked.

    The values are text, as the service wrote them.

    Raises:
        ValueError: the answer is a message (``{"message": …}``), cut off, of another shape, or empty.
    """
    answer = Answer(request, body)
    parsed = answer.parsed()
    if isinstance(parsed, dict) and "message" in parsed:
        raise answer.wrong("an hourly series")
    hours = answer.records(parsed, "outputs", "hourly")
    once: dict[str, Any] = {name: values[0] for name, values in request.asked.items()}
    once |= {
        "radiation_db": answer.part(parsed, "inputs", "meteo_data", "radiation_db"),
        "peak_power": answer.part(parsed, "inputs", "pv_module", "peak_power"),
        "system_loss": answer.part(parsed, "inputs", "pv_module", "system_loss"),
    }
    return answer.frame(
        {name: [value] * len(hours) for name, value in once.items()}
        | {name: [answer.part(hour, name) for hour in hours] for name in HOURLY}
        | {"provenance": [parsed.get("provenance")] * len(hours)}
    )


SOURCE = Api(
    name="pvgis",
    licence="PVGIS (c) European Union, reuse is authorised provided the source is acknowledged",
    is_optional=False,
    after=("members",),
    urls={"pvgis": "https://re.jrc.ec.europa.eu"},
    # The service allows 30 calls a second.
    calls=Rate(5, Duration.SECOND),
    requests=requests,
    read=read,
)
