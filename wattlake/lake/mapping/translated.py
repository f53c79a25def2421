"""Mappings that turn a file's rows into those of its source's own layout.

The source's silver model reads them as it reads files without a mapping: typing and bounds have one home.
"""

from wattlake.lake.mapping.files import FileMapping
from wattlake.lake.mapping.part import Part


class TranslatedColumns(Part):
    """The columns of the file, by those of the source's own layout."""

    @property
    def needed(self) -> list[str]:
        """List the columns of the file that the keys name, each once."""
        return list(dict.fromkeys(name for name in self.model_dump().values() if name is not None))


class TranslatedMapping(FileMapping):
    """A mapping of files whose rows become rows of their source's own layout."""

    columns: TranslatedColumns

    @property
    def needed(self) -> list[str]:
        """List every column that a file must have."""
        return self.columns.needed

    @property
    def decimal_mark(self) -> str:
        """Give the decimal mark of the numbers."""
        raise NotImplementedError

    @property
    def file_name_patterns(self) -> dict[str, str]:
        """List the regular expressions that find an id in a file's name; there are none."""
        return {}
