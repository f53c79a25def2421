"""Writers take turns: a lock beside a SQLite catalog, another attempt in PostgreSQL."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from filelock import FileLock
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from wattlake.lake.errors import ConflictError
from wattlake.lake.settings import Settings
from wattlake.lake.store.connection import LOCK_TIMEOUT_SECONDS
from wattlake.lake.store.file_modes import file_mode

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def writers_lock(settings: Settings) -> FileLock:
    """Make the lock that a writer of the lake on this machine holds for its whole transaction."""
    beside = settings.local_folder / "postgres" if settings.is_postgres else settings.catalog_file
    return FileLock(f"{beside}.lock", timeout=LOCK_TIMEOUT_SECONDS, mode=file_mode(settings))


def anew_after_conflicts(
    attempt: Callable[Arguments, Result], *arguments: Arguments.args, **named: Arguments.kwargs
) -> Result:
    """Make an attempt, and make it anew while another's transaction is in its way.

    Raises:
        ConflictError: it was in the way for as long as a writer waits for a lock.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(ConflictError),
        wait=wait_random_exponential(multiplier=0.1, max=10),
        stop=stop_after_delay(LOCK_TIMEOUT_SECONDS),
        reraise=True,
    )
    return retrying(attempt, *arguments, **named)
