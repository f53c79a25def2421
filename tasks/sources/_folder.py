"""CSV files of a source: one file, or all of a folder."""

from pathlib import Path

ENDINGS = (".csv", ".csv.gz")


def csv_files(path: Path) -> list[Path]:
    """The CSV files (plain or gzipped) a path names, in the order of their names.

    Args:
        path: a file, or a folder whose own files are taken; folders inside it are not.

    Raises:
        ValueError: there is no such path, or no CSV file in it.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise ValueError(f"There is no file or folder `{path}`; expected a CSV file or a folder of them.")
    found = sorted(file for file in path.iterdir() if file.is_file() and file.name.lower().endswith(ENDINGS))
    if not found:
        raise ValueError(f"The folder `{path}` holds no file that ends in {' or '.join(ENDINGS)}.")
    return found
