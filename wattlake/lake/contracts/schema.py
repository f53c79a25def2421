"""The schemas of frames, made from contracts, that pandera validates frames with.

This module alone imports pandera, with pandas behind it: 0.6 s that a command which only reads does not wait.
"""

from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_origin

import pandera.polars as pa
import polars as pl

from wattlake.lake.contracts.base import Contract


def frame_schema(contract: type[Contract]) -> pa.DataFrameSchema:
    """Make the schema of a contract's frames: columns with types, bounds and nullability."""
    return pa.DataFrameSchema(
        {
            name: pa.Column(
                _dtype(kind),
                [getattr(pa.Check, check)(**bound) for check, bound in declared.checks],
                nullable=declared.nullable,
            )
            for name, (kind, declared) in contract.declared().items()
        },
        name=contract.__name__,
    )


def _dtype(kind: Any) -> Any:  # noqa: ANN401
    """Give the type of a frame's column: polars' own for days, instants and decimals."""
    if get_origin(kind) is None:
        return pl.Date if kind is date else kind
    python_type, *arguments = get_args(kind)
    return pl.Decimal(*arguments) if python_type is Decimal else pl.Datetime(*arguments)
