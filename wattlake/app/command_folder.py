"""A command line whose commands are the modules of a folder.

Each is imported only when its command is run. The help page is made without importing any: the panels and first lines
that it shows are read from the modules' text.
"""

import ast
import importlib
from collections.abc import Iterator, Mapping
from copy import copy
from pathlib import Path
from typing import Any, NamedTuple, cast

import typer
from typer.core import TyperCommand, TyperGroup

from wattlake.app import commands


class CommandFolder(TyperGroup):
    """The group of all commands in ``wattlake/app/commands/``."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401
        """Make the group as Typer does, with the folder's commands."""
        super().__init__(**given)
        self.commands = cast(Any, Commands())

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Show the help page, and import no command for it."""
        page = copy(self)
        page.commands = {
            name: TyperCommand(name, help=text, rich_help_panel=panel, rich_markup_mode="markdown")
            for panel, _, name, text in sorted(map(outline, modules()))
        }
        super(CommandFolder, page).format_help(ctx, formatter)


class Commands(Mapping[str, Any]):
    """The folder's commands by name; looking one up imports its module."""

    def __iter__(self) -> Iterator[str]:
        """Yield the names, as one writes them."""
        return map(_name, modules())

    def __len__(self) -> int:
        """Count the commands."""
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        """Say whether there is a command of that name; nothing is imported."""
        return name in set(self)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        """Import the command of a name."""
        if name not in self:
            raise KeyError(name)
        function = name.replace("-", "_")
        module = importlib.import_module(f"{commands.__name__}.{function}")
        alone = typer.Typer(add_completion=False, rich_markup_mode="markdown")
        alone.callback()(lambda: None)
        if hasattr(module, "commands"):
            alone.add_typer(module.commands, name=name)
        else:
            alone.command(name)(getattr(module, function))
        return cast(TyperGroup, typer.main.get_command(alone)).commands[name]


class Outline(NamedTuple):
    """A command as the help page shows it; outlines sort in the order of the page.

    That is by panel, then by the place in it.
    """

    panel: str
    place: int
    name: str
    text: str


def outline(path: Path) -> Outline:
    """Read a command's outline from the text of its module.

    Raises:
        ValueError: the module lacks ``SHOWN`` or the function of its name.
    """
    shown, text = None, None
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SHOWN":
            shown = ast.literal_eval(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name == path.stem:
            text = ast.get_docstring(node)
    if shown is None or text is None:
        expected = f"give it a literal SHOWN, and a function {path.stem} with a docstring"
        raise ValueError(f"{path} is no command: {expected}.")
    panel, position = shown
    return Outline(panel, position, _name(path), text)


def modules() -> list[Path]:
    """List the files of all commands, by name."""
    return sorted(file for folder in commands.__path__ for file in Path(folder).glob("[!_]*.py"))


def _name(path: Path) -> str:
    return path.stem.replace("_", "-")
