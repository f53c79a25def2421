"""Text from files and services, as an error may quote it.

It is short, on one line, and without signs that act.
"""

MOST_CHARACTERS = 80


def shown(text: str, most: int = MOST_CHARACTERS) -> str:
    """Quote the beginning of a text, with what cannot be printed written as an escape.

    Args:
        text: from elsewhere; it may hold line breaks, escape sequences of terminals and halves of characters.
        most: characters, at most, of what is given back.
    """
    beginning = printable(text[: most + 1])
    return beginning if len(beginning) <= most else f"{beginning[: most - 1]}…"


def printable(text: str) -> str:
    r"""Write what cannot be printed as an escape, such as ``\x1b``."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
