"""Secrets of a known form, of which a part is shown."""

from abc import abstractmethod
from typing import ClassVar

from pydantic import Secret


class ShownInPart(Secret[str]):
    """A secret text of a known form; shown is the part of it that opens nothing.

    Attributes:
        EXPECTED: what is told of a text that is of another form.
    """

    EXPECTED: ClassVar[str] = ""

    def __init__(self, secret_value: str) -> None:
        """Take a text.

        Raises:
            ValueError: it is of another form; it is not repeated.
        """
        super().__init__(secret_value)
        shown = self.shown_of(secret_value)
        if shown is None:
            raise ValueError(self.EXPECTED)
        self._shown = shown

    @staticmethod
    @abstractmethod
    def shown_of(text: str) -> str | None:
        """Give the part of a text that may be shown; none where it is of another form."""

    def _display(self) -> str:
        return self._shown
