"""Refusals: why a message is set aside, as a sentence that quotes no more of it than a line."""

from wattlake.lake.foreign_text import shown


class UnreadableMessageError(ValueError):
    """A message cannot be read; its text is the reason, printable and short."""


def refused(finding: str, *quoted: object, expected: str) -> UnreadableMessageError:
    """Make the refusal of a message: what was found, and what was expected.

    Args:
        finding: a sentence's beginning with ``{}`` for each thing quoted.
        quoted: texts or numbers of the message; what cannot be printed is escaped, and no more than 80 signs are shown.
        expected: the sentence's end.
    """
    return UnreadableMessageError(f"{finding.format(*(shown(str(item)) for item in quoted))}; {expected}.")
