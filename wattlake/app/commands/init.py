"""The command that makes a lake, or marks it after a move: init."""

from wattlake.app.deployments import write_deployments
from wattlake.app.render import say
from wattlake.lake.settings import Settings
from wattlake.lake.store.formats import FORMAT_VERSION
from wattlake.lake.store.identity import catalog_place
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.places import make_places

SHOWN = ("Fill the lake", 10)


def init() -> None:
    """Make the lake where there is none: container, database, catalog and tables; mark one that is not marked.

    A lake whose catalog was moved is told its new place. No row changes.
    What Prefect deploys is written to `prefect.yaml` in the project folder, where there is no such file.
    """
    settings = Settings()
    for made in make_places(settings):
        say(made)
    lake = Lake(settings)
    if lake.has_tables():
        lake.claim()
    lake.create()
    lake.close()
    catalog = catalog_place(settings)
    say(f"The lake at {settings.data} is there, of format {FORMAT_VERSION}, and its catalog is {catalog}.")
    if written := write_deployments():
        say(written)
