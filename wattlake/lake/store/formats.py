"""The format of a lake: the version of the layout and the units of its tables."""

FORMAT_VERSION = 2
"""2: energy is decimal kWh and money decimal EUR; in 1 they were whole watt-hours and micro-euros."""


def fault_of(address: str, versions: set[int]) -> str:
    """Say why a lake cannot be used, and what to do; nothing where its format is today's.

    Args:
        address: where the lake's data is.
        versions: its formats by its marks.
    """
    if max(versions) > FORMAT_VERSION:
        return (
            f"The lake at {address} is of format {max(versions)}, and this Wattlake knows formats up to "
            f"{FORMAT_VERSION}. Install the version that wrote it, or a later one."
        )
    if min(versions) < FORMAT_VERSION:
        return (
            f"The lake at {address} is of format {min(versions)}, which keeps watt-hours and micro-euros; this "
            f"Wattlake keeps kWh and EUR, format {FORMAT_VERSION}. Make it anew from its archive: point WATTLAKE_DATA "
            f"and WATTLAKE_CATALOG at an empty place and run `wattlake restore --from-landing {address}`. Nothing was "
            "changed."
        )
    return ""
