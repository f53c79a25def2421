"""The places of a lake: its container on Azure Blob and its catalog's database.

Each is made where it does not exist.
"""

import duckdb

from wattlake.lake.settings import Settings
from wattlake.lake.sql import named, quoted
from wattlake.lake.store.connection import connect, server_attachment
from wattlake.lake.store.files import Storage
from wattlake.lake.store.identity import database_name


def make_places(settings: Settings) -> list[str]:
    """Make the container and the database that the settings name, where they do not exist.

    Returns:
        A sentence for each that was made.
    """
    made = []
    if settings.is_remote:
        container = settings.data.removeprefix("az://").partition("/")[0]
        if Storage(settings).make_container():
            made.append(f"The container {container} was made.")
    if settings.is_postgres and _make_database(settings):
        made.append(f"The database {database_name(settings)} was made.")
    return made


def _make_database(settings: Settings) -> bool:
    database = database_name(settings)
    connection = connect(settings)
    try:
        connection.execute(server_attachment(settings))
        asked = quoted(f"select 1 from pg_database where datname = {quoted(database)}")
        if connection.execute(f"from postgres_query('server', {asked})").fetchone():
            return False
        create = quoted(f"create database {named(database)}")
        connection.execute(f"call postgres_execute('server', {create}, use_transaction => false)")
    except duckdb.IOException:
        return False  # A user without access to the server's own database may still have the catalog's.
    finally:
        connection.close()
    return True
