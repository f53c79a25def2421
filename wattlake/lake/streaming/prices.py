"""Prices that a stream brings: a landing of ``prices``, as a file of them would be."""

import csv
import hashlib
import io
from collections.abc import Sequence

import polars as pl
import zstandard

from wattlake.lake.landing.payloads import Entry, Origin, insert_answer, landings_so_far, next_landing_id, record
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.streaming.commit import Beside
from wattlake.lake.streaming.messages import Price

SOURCE, NAME, EXTENSION = "prices", "spot-prices.csv", "csv"
LICENCE = "The community's own"


def prices_beside(storage: Storage, origin: Origin, prices: Sequence[Price]) -> Beside:
    """Archive prices as a file in the own layout, and make the step that lands them.

    The archive can be landed anew as any file of prices. The same prices are one landing.

    Args:
        storage: the lake's files.
        origin: of the source ``prices``.
        prices: at least one.
    """
    content = _file(prices)
    sha256 = hashlib.sha256(content).hexdigest()
    storage.write(origin.archive_path(sha256, EXTENSION), zstandard.compress(content))

    def step(connection: Connection, _: int) -> None:
        if (NAME, sha256) in landings_so_far(connection, SOURCE):
            return
        landing_id = next_landing_id(connection, SOURCE)
        rows = pl.DataFrame(prices, schema=dict.fromkeys(Price._fields, pl.String), orient="row")
        insert_answer(connection, origin, landing_id, rows)
        record(connection, storage, origin, {landing_id: Entry(NAME, EXTENSION, sha256, len(content), LICENCE)})

    return step


def _file(prices: Sequence[Price]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([Price._fields, *prices])
    return text.getvalue().encode()
