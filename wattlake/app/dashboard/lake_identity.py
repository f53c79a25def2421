"""What tells one lake's snapshot from all others, at the same address too."""

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


def identity(asked: Lake, snapshot: int | None) -> tuple[object, ...]:
    """Give a value that no other snapshot, nor that of another lake, has."""
    return (asked.settings.data, hash(asked.settings.catalog), file_number(asked.settings), snapshot)


def file_number(settings: Settings) -> int | None:
    """Give the number of the catalog's file, where it is one: another lake's is another."""
    if settings.is_postgres or not settings.catalog_file.exists():
        return None
    return settings.catalog_file.stat().st_ino
