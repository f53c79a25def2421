"""The homes of a simulated community, and what their meters measure, before files spoil it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from wattlake.app.sandbox.households import SLOTS, Period, consumption_wh, period_of, production_wh
from wattlake.app.sandbox.meter_files import Block, first_meters
from wattlake.app.sandbox.noise import Integers, Place
from wattlake.app.sandbox.register import ZONES, Member, draw_members
from wattlake.app.sandbox.sun import Panels
from wattlake.app.sandbox.weather import World

JOINED_LATE_SHARE, LEFT_SHARE = 0.05, 0.03
LONGEST_EARLIER_MEMBERSHIP_DAYS = 400
PROSUMERS_PER_PRODUCTION_METER = 5


def people_of(members: int, days: int, seed: int, start: date, joining_days: int) -> list[Member]:
    """Draw the members with their panels, meters and dates.

    Some join late, a few leave, some have a production meter.
    """
    rng = np.random.default_rng([seed, members, days])
    late = rng.random(members) < (1 if joining_days else JOINED_LATE_SHARE)
    earlier = rng.integers(LONGEST_EARLIER_MEMBERSHIP_DAYS, size=members)
    later = rng.integers(joining_days or 1 + days // 2, size=members)
    valid_from = [start + timedelta(days=int(later[n] if late[n] else -earlier[n])) for n in range(members)]
    people = draw_members([f"SIM{n + 1:06d}" for n in range(members)], valid_from, seed)
    leaves = rng.random(members) < LEFT_SHARE
    stay = rng.integers(days // 2, days + 1, size=members)
    with_meter = [n for n, member in enumerate(people) if member.panel_kwp][::PROSUMERS_PER_PRODUCTION_METER]
    for leaver in np.flatnonzero(leaves & (stay < days) & (stay > later)).tolist():
        people[leaver] = replace(people[leaver], left=start + timedelta(days=int(stay[leaver])))
    for position, number in enumerate(with_meter):
        people[number] = replace(people[number], production_meter_id=f"SIM{members + position + 1:06d}")
    return people


def meter_ids_of(people: Sequence[Member], members: int) -> list[str]:
    """List all meters in the order of their numbers: the homes', then those of panels."""
    homes = [f"SIM{n + 1:06d}" for n in range(members)]
    return homes + [member.production_meter_id for member in people if member.production_meter_id]


def block_of(
    world: World,
    period: Period,
    people: Sequence[Member],
    meter_ids: Sequence[str],
    begin: int,
    rng: np.random.Generator,
) -> Block:
    """Simulate the readings of a file: homes by their habits, production meters by panels."""
    end = begin + len(meter_ids)
    homes = people[begin:end]
    with_meter = [member for member in people if member.production_meter_id]
    panels = with_meter[max(begin - len(people), 0) : max(end - len(people), 0)]
    zone_numbers = {zone: number for number, zone in enumerate(ZONES)}
    zones = np.array([zone_numbers[member.zone] for member in homes], dtype=np.int64)
    parts = [consumption_wh(period, zones, rng)] if homes else []
    parts += [_panel_output(world, period, member)[None, :] for member in panels]
    owners = [*homes, *panels]
    return Block(
        tuple(meter_ids),
        np.array([max((owner.valid_from - period.start).days, 0) * SLOTS for owner in owners]),
        np.array([_last_slot(owner, period) for owner in owners]),
        np.concatenate(parts),
    )


def _last_slot(owner: Member, period: Period) -> int:
    return period.unix_seconds.size if owner.left is None else (owner.left - period.start).days * SLOTS


def _panel_output(world: World, period: Period, member: Member) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """Compute what a member's panels give, in Wh by half-hour."""
    panels = Panels(member.panel_kwp or 0.0, member.tilt_degrees or 0, member.azimuth_degrees or 180)
    return production_wh(world, period, Place(member.latitude, member.longitude), panels)


class Measured(NamedTuple):
    """What one meter measured: whole Wh by half-hour, as it would say without a blemish.

    Attributes:
        meter_id: of the meter.
        is_production: whether it measures panels.
        unix_seconds: starts of the half-hours in which its member was there.
        energy_wh: of each of them.
    """

    meter_id: str
    is_production: bool
    unix_seconds: Integers
    energy_wh: Integers


def flawless(members: int, days: int, seed: int, until: date) -> list[Measured]:
    """Simulate the readings that ``simulate`` spoils and writes, for equal arguments."""
    world = World(seed)
    period = period_of(world, until - timedelta(days=days), days)
    people = people_of(members, days, seed, period.start, joining_days=0)
    meter_ids = meter_ids_of(people, members)
    measured = []
    for number, (begin, end) in enumerate(pairwise([*first_meters(len(meter_ids)), len(meter_ids)])):
        rng = np.random.default_rng([seed, number, days])
        block = block_of(world, period, people, meter_ids[begin:end], begin, rng)
        for at, meter_id in enumerate(block.meter_ids):
            there = slice(int(block.first[at]), int(block.after[at]))
            energy_wh = block.energy_wh[at, there].astype(np.int64)
            measured.append(Measured(meter_id, begin + at >= members, period.unix_seconds[there], energy_wh))
    return measured
