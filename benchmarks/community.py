"""The lake of a community of London's size, landed and built, that further parts of the benchmark begin from."""

from collections.abc import Mapping
from datetime import date

from benchmarks.bench import LONDON, SEED, Bench, Size
from wattlake.app.sandbox.server import running

THIRTEEN_MONTHS = Size(LONDON.homes, days=396, until=date(2014, 2, 1), joining_days=0, files=LONDON.files)
"""The homes of the public London set, all of them there from the first day."""
NOTE = (
    "`wattlake simulate` makes the community, whose homes have all joined before the first day; a quarter of them have "
    "panels. Weather and its forecasts, prices, solar and carbon are the simulated world's. The lake is built before, "
    "in hourly slots."
)


def built_lake(bench: Bench, size: Size) -> Mapping[str, str]:
    """The lake of a community, landed and built, in hourly slots."""
    inbox = bench.work / "inbox"
    bench.simulate(size, inbox)
    with running(seed=SEED) as address:
        lake = bench.lake("lake", inbox, address)
        bench.wattlake("ingest members", "ingest", "members", lake=lake)
        bench.ask_apis(size, lake)
    bench.wattlake("ingest smart_meters", "ingest", "smart_meters", lake=lake)
    bench.wattlake("build", "build", lake=lake)
    return lake
