"""Put what is secret into a description, where ``$NAME`` stands for a variable.

``${NAME}`` does, too. The project's ``.env`` counts, too, as for settings.
"""

import os
import re
from collections.abc import Callable

from dotenv import dotenv_values

from wattlake.lake import project

VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<bare>[A-Za-z_]\w*))")


def filled(text: str, written_as: Callable[[str], str] = str) -> str:
    """Put the values of variables in the places of their names.

    Args:
        text: such as ``postgresql://reader:$METERS_PASSWORD@host/meters``.
        written_as: how a value is written there, such as percent-encoded.

    Raises:
        LookupError: a variable is not set; with its name.
    """
    return VARIABLE.sub(lambda match: written_as(variable(match["braced"] or match["bare"])), text)


def variable(name: str) -> str:
    """Give the value of a variable of the environment, or of the project's ``.env``.

    Raises:
        LookupError: it is not set, or empty; with its name.
    """
    value = os.environ.get(name) or dotenv_values(project.PROJECT / ".env").get(name)
    if not value:
        raise LookupError(f"the variable {name} is not set. Set it in the environment or in .env")
    return value
