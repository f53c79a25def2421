"""Files of other formats than CSV, written with the Python library alone, so that tests need no other program."""

import zipfile

from harness.workbooks import Cell, Target, write_workbook

__all__ = ["Cell", "write_workbook", "write_zip"]


def write_zip(path: Target, members: dict[str, bytes]) -> Target:
    """Write a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path
