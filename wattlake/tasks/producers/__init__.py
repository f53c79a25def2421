"""Producers: what SQL cannot compute. One module per gold table, with one pure function ``produce``.

A producer takes the rows of ``sql/gold/<table>.sql`` and gives the rows of ``gold.<table>``; the build calls it.
"""

import importlib
import pkgutil
from collections.abc import Callable

import polars as pl

Producer = Callable[[pl.DataFrame], pl.DataFrame]


def producers() -> dict[str, Producer]:
    """Every producer by the table it makes."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {f"gold.{module.__name__.rpartition('.')[2]}": module.produce for module in modules}
