"""The command that begins something new in Wattlake's own code: new."""

from enum import StrEnum
from typing import Annotated

import typer

from wattlake.app.render import say

SHOWN = ("Extend it", 10)


class Kind(StrEnum):
    """A thing that is added by new files alone."""

    source = "source"
    model = "model"
    page = "page"
    check = "check"


def new(
    kind: Annotated[Kind, typer.Argument(help="What to add.")],
    name: Annotated[str, typer.Argument(help="Its name, such as tides; of a model its table: gold.tides.")],
    files: Annotated[bool, typer.Option("--files", help="The source comes as CSV files, not from an API.")] = False,
) -> None:
    """Write the first files of a new source, model, page or check into a clone of Wattlake.

    They are found where they lie, so nothing else is to be changed. What is to be decided says FILL IN; the test among
    the files fails as long as one is left.
    """
    from wattlake.app.scaffold.writing import ROOT, scaffold

    if files and kind != Kind.source:
        raise ValueError(f"A {kind} has no files to come as. Give --files with a source only.")
    begun = scaffold(kind, name, from_files=files)
    for path in begun.write(ROOT):
        say(f"Wrote {path}")
    say("")
    say("Next:")
    say("1. Replace what says FILL IN, and whatever else is different with yours.")
    say(f"2. `.venv/bin/pytest {begun.test}` until it passes; add the odd cases.")
    say("3. `make docs` (the data dictionary), `make lint`, and a line in CHANGELOG.md.")
    say(f"4. {begun.to_run}")
