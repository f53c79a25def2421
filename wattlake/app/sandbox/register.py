"""The community's register: its members with their homes, meters and panels."""

import csv
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import numpy as np

from wattlake.app.sandbox import PROVENANCE
from wattlake.app.sandbox.noise import Place

ZONES = {
    "N1": Place(51.538, -0.099),
    "SE5": Place(51.474, -0.093),
    "E3": Place(51.529, -0.027),
    "W6": Place(51.492, -0.229),
    "SW9": Place(51.468, -0.113),
    "NW5": Place(51.554, -0.144),
}
PROSUMER_SHARE = 0.25
PANEL_KWP = (2.0, 8.0)
TILTS_DEGREES = (15, 25, 30, 35, 40, 45)
ACORN = (("ACORN-A", "Affluent"), ("ACORN-E", "Affluent"), ("ACORN-H", "Comfortable"), ("ACORN-L", "Adversity"))
TIME_OF_USE_SHARE = 0.2
AZIMUTHS_DEGREES = (90, 120, 150, 180, 180, 180, 210, 240, 270)  # compass bearings: south is the most common


@dataclass(frozen=True)
class Member:
    """One row of the register; the fields are its columns, None is an empty cell.

    `azimuth_degrees` is a compass bearing (180 = south); `valid_from` is the first day of the membership and `left`
    the first day after it. A zone's members share its coordinates.
    """

    member_id: str
    meter_id: str | None
    production_meter_id: str | None
    zone: str
    latitude: float
    longitude: float
    panel_kwp: float | None
    tilt_degrees: int | None
    azimuth_degrees: int | None
    member_type: str
    valid_from: date
    left: date | None = None
    provenance: str = PROVENANCE


def draw_members(meter_ids: Sequence[str], valid_from: Sequence[date], seed: int) -> list[Member]:
    """Draw a member for each meter, a quarter (rounded) prosumers, spread over the zones.

    Args:
        meter_ids: One per member, in the order of the members.
        valid_from: The first day of each membership, in the same order.
        seed: Equal seeds give equal registers.
    """
    rng = np.random.default_rng([seed, len(meter_ids)])
    count = len(meter_ids)
    prosumers = set(rng.permutation(count)[: round(count * PROSUMER_SHARE)].tolist())
    zones = rng.integers(len(ZONES), size=count)
    kwp = np.round(rng.uniform(*PANEL_KWP, size=count), 1)
    tilts, azimuths = rng.choice(TILTS_DEGREES, size=count), rng.choice(AZIMUTHS_DEGREES, size=count)
    names = list(ZONES)
    members = []
    for number, (meter_id, first_day) in enumerate(zip(meter_ids, valid_from, strict=True)):
        zone, panels = names[zones[number]], number in prosumers
        members.append(
            Member(
                member_id=f"U{number + 1:06d}",
                meter_id=meter_id,
                production_meter_id=None,
                zone=zone,
                latitude=ZONES[zone].latitude,
                longitude=ZONES[zone].longitude,
                panel_kwp=float(kwp[number]) if panels else None,
                tilt_degrees=int(tilts[number]) if panels else None,
                azimuth_degrees=int(azimuths[number]) if panels else None,
                member_type="prosumer" if panels else "consumer",
                valid_from=first_day,
            )
        )
    return members


def write_register(members: Sequence[Member], path: Path) -> None:
    """Write the members as CSV (made anew, parent folders included), empty cells for None."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = [field.name for field in fields(Member)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([getattr(member, column) for column in columns] for member in members)


def write_households(meter_ids: Sequence[str], first_in_file: Sequence[int], seed: int, path: Path) -> None:
    """Write every home's tariff, Acorn group and file.

    The layout is that of the London set's `informations_households.csv`.
    """
    rng = np.random.default_rng([seed, len(meter_ids), 1])
    groups, time_of_use = rng.integers(len(ACORN), size=len(meter_ids)), rng.random(len(meter_ids)) < TIME_OF_USE_SHARE
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["LCLid", "stdorToU", "Acorn", "Acorn_grouped", "file"])
        for number, meter_id in enumerate(meter_ids):
            tariff = "ToU" if time_of_use[number] else "Std"
            block = f"block_{bisect(first_in_file, number) - 1:03d}"
            writer.writerow([meter_id, tariff, *ACORN[groups[number]], block])
