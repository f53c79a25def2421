"""The command that makes a lake, brings one of an older format over, or marks it after a move: init."""

from app.render import say
from lake.catalog import Lake
from lake.identity import FORMAT_VERSION, catalog_place
from lake.places import make_places
from lake.settings import Settings


def init() -> None:
    """Make the lake where there is none: container, database, catalog and tables; mark one that is not marked.

    A lake of an older format is brought over, and one whose catalog was moved is told its new place. No row changes.
    """
    settings = Settings()
    for made in make_places(settings):
        say(made)
    lake = Lake(settings)
    if lake.has_tables():
        lake.claim()
    lake.create()
    lake.close()
    place = catalog_place(settings)
    say(f"The lake at {settings.data} is there, of format {FORMAT_VERSION}, and its catalog is {place}.")
