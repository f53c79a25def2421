"""Producers: what SQL cannot compute. One module per gold table, with one pure function ``produce``.

A producer takes the rows of ``sql/gold/<table>.sql`` and gives the rows of ``gold.<table>``; the build calls it. The
project's functions of frames are producers, too.
"""

import importlib
import pkgutil
from collections.abc import Callable

import polars as pl

from wattlake.lake.functions.of_project import frame_producers

Producer = Callable[[pl.DataFrame], pl.DataFrame]


def producers() -> dict[str, Producer]:
    """Every producer by the table it makes."""
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    ours = {f"gold.{module.__name__.rpartition('.')[2]}": module.produce for module in modules}
    return ours | frame_producers()
