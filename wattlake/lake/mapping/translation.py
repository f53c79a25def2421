"""Read translated rows in SQL, by the silver model of their source."""

from collections.abc import Mapping as Table

from wattlake.lake.mapping.translated import TranslatedMapping
from wattlake.lake.models.graph import fill_in, models
from wattlake.lake.models.rewriting import reading_from
from wattlake.lake.models.source_rows import with_original

LINE = "line"


def select_translated(mapping: TranslatedMapping, window: Table[str, int], of: str) -> str:
    """Write the SELECT of the readings of translated rows, by their source's silver model.

    Args:
        mapping: of the files; the CTE of its rows has the source's name.
        window: the first and the last landing, as ``from_landing`` and ``to_landing``.
        of: the readings whose original text is wanted, as a condition on the columns.
    """
    sql = reading_from(models()[mapping.TABLE].sql, {f"bronze.{mapping.SOURCE}": mapping.SOURCE})
    return with_original(fill_in(sql, window), mapping.SOURCE, of, beside=(LINE,))
