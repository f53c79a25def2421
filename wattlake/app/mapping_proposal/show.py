"""What `wattlake map` shows of a file: a proposal, and what the whole file holds."""

from pathlib import Path

import polars as pl

from wattlake.app.mapping_proposal.guessed import Given, NoProposalError
from wattlake.app.mapping_proposal.layouts import known_layout
from wattlake.app.mapping_proposal.proposal import read_proposal, read_whole
from wattlake.app.mapping_proposal.whole_file import WholeFile
from wattlake.app.render import say, show_table
from wattlake.lake.landing.readers.members import left_out
from wattlake.lake.mapping import AnyMapping, RegisterMapping

SHOWN_COLUMNS = {
    "smart_meters": ("line", "meter_id", "period_start_utc", "period_minutes", "energy_kwh"),
    "inverters": (
        *("line", "plant_id", "panel_id", "period_start_utc", "ac_power_w", "dc_power_w", "irradiance_w_per_m2"),
    ),
    "members": (
        *("line", "member_id", "meter_id", "production_meter_id", "zone", "panel_kwp", "member_type", "valid_from_utc"),
    ),
    "prices": ("line", "bidding_zone", "period_start_utc", "period_minutes", "spot_eur_per_mwh"),
    "weather": (
        *("line", "zone", "period_start_utc", "period_minutes", "temperature_celsius", "wind_m_per_s"),
        "shortwave_w_per_m2",
    ),
}
USUAL_KWH_A_YEAR = (50, 500_000)
"""What connections of a community usually consume or produce; a factor of 1,000 leads out of it."""

SKIPPED = "a time that the clock skipped"
NO_CHANGE = "A clock without summer time is UTC, or such as Etc/GMT-1, an hour ahead of it all year."


def propose_and_show(file: Path, given: Given) -> str:
    """Propose a mapping for a file, and show how it reads the whole file.

    Returns:
        The mapping's TOML; empty for a file that needs none.

    Raises:
        NoProposalError: the file cannot be read by a mapping that could be proposed.
    """
    is_said = given != Given(given.zone)
    if not is_said and (layout := known_layout(file)):
        say(layout.sentence)
        if layout.mapping:
            show_readings(file, layout.mapping)
        return ""
    proposal, notes, mapping, whole = read_proposal(file, given)
    if not whole.kept:
        reason, _, line = whole.reasons.row(0) if len(whole.reasons) else ("no reading", 0, 0)
        raise NoProposalError(
            f"{file}: no mapping is proposed, for of its {whole.readings:,} readings none would be kept; "
            f"the first, in line {line}: {reason}. Write its mapping by hand; docs/meter-files.md says how."
        )
    say(proposal.rstrip())
    _show(file, mapping, whole)
    for note in notes:
        say(note)
    return proposal


def show_readings(file: Path, mapping: AnyMapping) -> None:
    """Show how a mapping reads a file."""
    _show(file, mapping, read_whole(file, mapping))


def _show(file: Path, mapping: AnyMapping, whole: WholeFile) -> None:
    shown = whole.first.select(*SHOWN_COLUMNS[mapping.SOURCE], pl.col("quarantine_reason").alias("set aside"))
    show_table(f"The first readings of {file.name}, as `{mapping.name}` reads them", shown)
    if len(whole.meters):
        show_table(
            "The whole file",
            whole.meters.rename({"whose": "meter" if mapping.SOURCE == "smart_meters" else "inverter"}),
        )
        _tell_magnitudes(whole)
    _tell_left_out(file, mapping)
    if whole.repeated:
        say(f"{whole.repeated:,} readings repeat another of the file: each counts once.")
    if whole.aside:
        reason, _, line = whole.reasons.sort("first_line").row(0)
        show_table("Set aside", whole.reasons)
        if SKIPPED in whole.reasons["reason"] and not isinstance(mapping, RegisterMapping):
            say(f"The clock of {mapping.time.zone} skipped times that the file has: is it the file's zone? {NO_CHANGE}")
        say(f"Of {whole.readings:,} readings {whole.aside:,} would be set aside, the first in line {line}: {reason}.")


def _tell_left_out(file: Path, mapping: AnyMapping) -> None:
    """Tell which files in a zip file hold no reading that the mapping reads."""
    for member in left_out(file, mapping):
        say(f"{file.name} is read without {member}")


def _tell_magnitudes(whole: WholeFile) -> None:
    """Tell which meters have far more or less energy than connections have."""
    least, most = USUAL_KWH_A_YEAR
    for whose, per_year in whole.meters.select("whose", "kwh_a_year").rows():
        if per_year and not least <= abs(per_year) <= most:
            say(
                f"{whose}: {per_year:,} kWh a year is far from what a connection has. "
                "Is the unit right? --unit says another."
            )
