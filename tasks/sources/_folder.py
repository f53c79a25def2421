"""CSV files of a source: one file, or all of a folder and of the folders in it."""

from collections.abc import Callable
from pathlib import Path

ENDINGS = (".csv", ".csv.gz")


def csv_files(path: Path) -> list[Path]:
    """The CSV files (plain or gzipped) a path names, in the order of their paths; hidden ones are left out.

    Args:
        path: a file, or a folder whose files are taken, whatever the folders inside it that they are in.

    Raises:
        ValueError: there is no such path, or no CSV file in it.
    """
    return files_below(path, is_csv)


def files_below(path: Path, is_wanted: Callable[[Path], bool]) -> list[Path]:
    """The file a path names, or those below it that are wanted and not hidden, in the order of their paths.

    Raises:
        ValueError: there is no such path, or no such file in it.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ValueError(f"There is no file or folder `{path}`; expected a CSV file or a folder of them.")
    there = (file for file in path.rglob("*") if file.is_file() and not _is_hidden(file, path))
    found = sorted(file for file in there if is_wanted(file))
    if not found:
        raise ValueError(f"The folder `{path}` holds no file that ends in {' or '.join(ENDINGS)}.")
    return found


def is_csv(file: Path) -> bool:
    """Whether a file is CSV by its name."""
    return file.name.lower().endswith(ENDINGS)


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)
