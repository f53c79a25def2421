"""The command that serves a simulated world's APIs: sandbox."""

from wattlake.app.commands._options import Now, Seed, instant
from wattlake.app.commands._port import Port, expect_free
from wattlake.app.render import say

SHOWN = ("Try it without data", 40)


FIRST_YEAR, LAST_YEAR = 2005, 2100


def sandbox(
    port: Port = 8701,
    seed: Seed = 7,
    now: Now = None,
) -> None:
    """Serve the four APIs on this machine, and to it alone, from a simulated world, until stopped with Ctrl-C.

    To use it, set the addresses `WATTLAKE_URL__OPEN_METEO_ARCHIVE`, `…__OPEN_METEO_FORECAST`,
    `…__OPEN_METEO_PREVIOUS_RUNS`, `…__ENERGY_CHARTS`, `…__PVGIS` and `…__CARBON_INTENSITY` to what it prints.
    `PUT /sandbox/faults` makes it misbehave.
    """
    from wattlake.app.sandbox.server import serve

    if now and not FIRST_YEAR <= now.year <= LAST_YEAR:
        raise ValueError(f"The simulated world is from {FIRST_YEAR} to {LAST_YEAR}: give a --now between them.")
    expect_free(port)
    say(f"Serving Open-Meteo, Energy-Charts, PVGIS and Carbon Intensity on http://127.0.0.1:{port} (Ctrl-C stops).")
    serve(port=port, seed=seed, now=instant(now))
