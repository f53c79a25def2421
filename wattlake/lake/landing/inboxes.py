"""Find a source's inbox: where its setting points, or its folder below ``inbox``."""

from pathlib import Path

from wattlake.lake.settings import INBOXES, Settings, in_project


def inbox_of(settings: Settings, source: str) -> Path:
    """Find the file or folder that a source's files are read from, whether it is there or not.

    Of an inbox that is elsewhere it is a path at which nothing is.
    """
    if source in settings.inbox:
        return Path(settings.inbox[source])
    return Path(getattr(settings, source)) if source in INBOXES else in_project(Path("inbox", source))


def inbox_elsewhere(settings: Settings, source: str) -> str | None:
    """Give the address of an inbox that is no folder here, such as ``az://container/meters``."""
    address = settings.inbox.get(source) or (getattr(settings, source) if source in INBOXES else "")
    return address if "://" in address else None


def inbox_variable(source: str) -> str:
    """Name the setting that says where a source's files are."""
    return f"WATTLAKE_{source.upper()}" if source in INBOXES else f"WATTLAKE_INBOX__{source.upper()}"
