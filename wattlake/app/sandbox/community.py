"""A simulated energy community from a seed: meter files, register and household table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np

from wattlake.app.sandbox.homes import block_of, meter_ids_of, people_of
from wattlake.app.sandbox.households import period_of
from wattlake.app.sandbox.meter_files import first_meters, time_texts, write_block
from wattlake.app.sandbox.real_meters import register_for
from wattlake.app.sandbox.register import Member, write_households, write_register
from wattlake.app.sandbox.weather import World

__all__ = ["SimulatedCommunity", "register_for", "simulate"]

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
    people = people_of(members, days, seed, period.start, joining_days)
    meter_ids = meter_ids_of(people, members)
    folder = out / "smart_meters"
    folder.mkdir(parents=True, exist_ok=True)
    texts = time_texts(period.unix_seconds)
    readings = 0
    firsts = first_meters(len(meter_ids), files)
    for number, (begin, end) in enumerate(pairwise([*firsts, len(meter_ids)])):
        rng = np.random.default_rng([seed, number, days])
        block = block_of(world, period, people, meter_ids[begin:end], begin, rng)
        readings += write_block(block, texts, rng, folder / f"block_{number:03d}.csv")
    register, households = out / "members" / "register.csv", out / "members" / "informations_households.csv"
    write_register(_with_mismatch(people), register)
    write_households(meter_ids[:members], firsts, seed, households)
    return SimulatedCommunity(folder, register, households, members, len(meter_ids), len(firsts), readings)


def _with_mismatch(people: Sequence[Member]) -> list[Member]:
    """Enter no meter for the last consumer, so that this meter has no member either."""
    if len(people) < MEMBERS_WITH_MISMATCHES:
        return list(people)
    last = max(n for n, member in enumerate(people) if member.member_type == "consumer")
    return [replace(member, meter_id=None) if n == last else member for n, member in enumerate(people)]
