"""Write the files of a scaffold into the clone that this Wattlake runs from."""

import keyword
import re
from dataclasses import dataclass
from pathlib import Path

from wattlake import PACKAGE
from wattlake.app.scaffold import check, model, page, source

ROOT = PACKAGE.parent
LAYERS = ("gold", "warehouse")


@dataclass(frozen=True)
class Scaffold:
    """The files of something new, and what its author does next.

    Attributes:
        files: their texts by their paths in the project.
        test: the file among them that tells what is still to be done.
        to_run: what shows it at work, with the command.
    """

    files: dict[str, str]
    test: str
    to_run: str

    def write(self, root: Path) -> list[str]:
        """Write the files; none is written over.

        Raises:
            ValueError: the folder is no clone of Wattlake, or one of the files is there already.
        """
        if not (root / "pyproject.toml").is_file() or not (root / "tests").is_dir():
            raise ValueError(
                f"{root} is no clone of Wattlake, so there is nowhere to write the files and their test to. "
                "Clone it, run `make setup` there, and then `.venv/bin/wattlake new …`."
            )
        if taken := [path for path in self.files if (root / path).exists()]:
            raise ValueError(f"{taken[0]} is there already. Choose another name, or take it away.")
        for path, text in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return list(self.files)


def scaffold(kind: str, name: str, *, from_files: bool = False) -> Scaffold:
    """Make the scaffold of a kind for a name.

    Args:
        kind: source, model, page or check.
        name: a short name such as ``tides``; of a model, its table such as ``gold.tide_daily``.
        from_files: whether a source comes as files in place of an API's answers.

    Raises:
        ValueError: it cannot have that name.
    """
    layer, _, short_name = name.rpartition(".")
    if (kind == "model") != (layer in LAYERS) or (layer and kind != "model"):
        expected = "of a table, such as gold.tide_daily or warehouse.tide" if kind == "model" else "such as tides"
        raise ValueError(f"`{name}` is no name for a {kind}. Give one {expected}.")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,23}", short_name) or keyword.iskeyword(short_name) or short_name == "base":
        raise ValueError(f"`{name}` cannot be a name. Give at most 24 small letters, digits and _: heat_pumps.")
    texts = {
        "source": source.INBOX if from_files else source.API,
        "model": model.GOLD if layer == "gold" else model.WAREHOUSE,
        "page": page.PAGE,
        "check": check.CHECK,
    }[kind]
    to_run = {"source": source.TO_RUN_INBOX if from_files else source.TO_RUN_API, "model": model.TO_RUN}
    words = {"«name»": short_name, "«Name»": _in_capitals(short_name), "«NAME»": short_name.upper()}
    words |= {"«title»": short_name.replace("_", " ").capitalize(), "«place»": str(_next_place())}
    files = {_filled(path, words): _filled(text, words) for path, text in texts.items()}
    (test,) = (path for path in files if path.endswith(".py") and path.startswith("tests/"))
    return Scaffold(files, test, _filled({"page": page.TO_RUN, "check": check.TO_RUN, **to_run}[kind], words))


def _filled(text: str, words: dict[str, str]) -> str:
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text


def _in_capitals(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _next_place() -> int:
    """Find the place after the last page's; their modules are read, not imported."""
    views = (PACKAGE / "app" / "dashboard" / "views").glob("*.py")
    return (
        max(int(position) for view in views for position in re.findall(r"\bplace=(\d+)", view.read_text("utf-8"))) + 10
    )
