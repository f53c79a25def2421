"""A simulated energy community from a seed: meter files, register and household table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from wattlake.app.sandbox.households import SLOTS, Period, consumption_wh, period_of, production_wh
from wattlake.app.sandbox.meter_files import Block, first_meters, time_texts, write_block
from wattlake.app.sandbox.noise import Place
from wattlake.app.sandbox.real_meters import register_for
from wattlake.app.sandbox.register import ZONES, Member, draw_members, write_households, write_register
from wattlake.app.sandbox.sun import Panels
from wattlake.app.sandbox.weather import World

__all__ = ["SimulatedCommunity", "register_for", "simulate"]

JOINED_LATE_SHARE, LEFT_SHARE = 0.05, 0.03
LONGEST_EARLIER_MEMBERSHIP_DAYS = 400
PROSUMERS_PER_PRODUCTION_METER = 5
MEMBERS_WITH_MISMATCHES = 10  # communities from this size on have a member without a meter


@dataclass(frozen=True)
class SimulatedCommunity:
    """The files that `simulate` wrote, and the amount of what is in them."""

    meter_folder: Path
    register: Path
    households: Path
    members: int
    meters: int
    meter_files: int
    readings: int


def simulate(
    members: int, days: int, seed: int, out: Path, until: date, joining_days: int = 0, files: int = 0
) -> SimulatedCommunity:
    """Write a community and its last `days` days of half-hours; equal seeds give equal bytes.

    Args:
        members: How many; a quarter of them have panels, and a fifth of those a meter for what the panels give.
        days: How many days of readings.
        seed: The homes, their habits and (with the same seed as the server's) the weather they live in.
        out: Folder for `smart_meters/block_*.csv` and `members/*.csv`; made if missing, files are overwritten.
        until: The first day without readings (UTC).
        joining_days: Over how many of the first days the members join; where it is 0, few join late.
        files: How many files the meters are spread over evenly; where it is 0, each has 50 meters.

    Raises:
        ValueError: There is nothing to simulate, or no day or meter for what is asked.
    """
    if members < 1 or days < 1:
        raise ValueError(f"{members} members and {days} days leave nothing to simulate: give at least 1 of each")
    if joining_days > days:
        raise ValueError(f"Members who join over {joining_days} days need as many days of readings; there are {days}")
    world = World(seed)
    period = period_of(world, until - timedelta(days=days), days)
    people = _people(members, days, seed, period.start, joining_days)
    meter_ids = _meter_ids(people, members)
    folder = out / "smart_meters"
    folder.mkdir(parents=True, exist_ok=True)
    texts = time_texts(period.unix_seconds)
    readings = 0
    firsts = first_meters(len(meter_ids), files)
    for number, (begin, end) in enumerate(pairwise([*firsts, len(meter_ids)])):
        rng = np.random.default_rng([seed, number, days])
        block = _block(world, period, people, meter_ids[begin:end], begin, rng)
        readings += write_block(block, texts, rng, folder / f"block_{number:03d}.csv")
    register, households = out / "members" / "register.csv", out / "members" / "informations_households.csv"
    write_register(_with_mismatch(people), register)
    write_households(meter_ids[:members], firsts, seed, households)
    return SimulatedCommunity(folder, register, households, members, len(meter_ids), len(firsts), readings)


def _people(members: int, days: int, seed: int, start: date, joining_days: int) -> list[Member]:
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
    for place, number in enumerate(with_meter):
        people[number] = replace(people[number], production_meter_id=f"SIM{members + place + 1:06d}")
    return people


def _meter_ids(people: Sequence[Member], members: int) -> list[str]:
    """List all meters in the order of their numbers: the homes', then those of panels."""
    homes = [f"SIM{n + 1:06d}" for n in range(members)]
    return homes + [member.production_meter_id for member in people if member.production_meter_id]


def _block(
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


def _with_mismatch(people: Sequence[Member]) -> list[Member]:
    """Enter no meter for the last consumer, so that this meter has no member either."""
    if len(people) < MEMBERS_WITH_MISMATCHES:
        return list(people)
    last = max(n for n, member in enumerate(people) if member.member_type == "consumer")
    return [replace(member, meter_id=None) if n == last else member for n, member in enumerate(people)]
