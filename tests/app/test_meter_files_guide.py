"""docs/meter-files.md: each example is read as it says, and it names every key, layout and example there is."""

import re
import shlex
from pathlib import Path

import pydantic

from harness.services import PROJECT
from wattlake.lake.mapping import Mapping

GUIDE = (PROJECT / "docs" / "meter-files.md").read_text(encoding="utf-8")
MAPPINGS = PROJECT / "wattlake" / "mappings"
LEFT_OUT = "…"


def blocks(language: str) -> list[tuple[str, str]]:
    """The blocks of a language, each with the name that stands behind it."""
    return re.findall(rf"^```{language} ?(\S*)\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)


def keys_of(model: type[pydantic.BaseModel], prefix: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, pydantic.BaseModel):
            found += keys_of(field.annotation, f"{prefix}{name}.")
        else:
            found.append(f"{prefix}{field.alias or name}")
    return found


def lines_of(text: str) -> list[str]:
    """Lines as they are compared: without how far cells are apart."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip() and not line.startswith("─")]


def follows(written: list[str], shown: list[str]) -> bool:
    """Whether lines are those that the guide shows, but for what it leaves out."""
    pattern = "".join(".*" if line == LEFT_OUT else f"{re.escape(line)}\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in written), flags=re.DOTALL) is not None


def test_each_example_ends_as_the_guide_says(wattlake, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WATTLAKE_TIMEZONE", "UTC")
    for name, content in [*blocks("csv"), *blocks("toml")]:
        (tmp_path / name).write_text(content, encoding="utf-8")
    commands = [part for _, block in blocks("console") for part in re.split(r"^\$ wattlake ", block, flags=re.M)[1:]]
    assert len(commands) > 5
    for command, _, shown in (part.partition("\n") for part in commands):
        said = wattlake(*shlex.split(command))
        assert (said.code, bool(said.out)) == ((2, False) if shown.startswith("Error: ") else (0, True))
        assert follows(lines_of(said.out + said.err), lines_of(shown)), f"{command}\n{said.out}{said.err}"


def test_the_guide_has_every_key_and_no_other():
    assert sorted(re.findall(r"^\| `([\w.]+)` \|", GUIDE, flags=re.MULTILINE)) == sorted(keys_of(Mapping))


def test_the_guide_lists_every_example_and_every_layout():
    for folder, path in ((MAPPINGS, ""), (MAPPINGS / "layouts", "layouts/")):
        listed = re.findall(
            rf"^\| \[[\w-]+\]\(\.\./wattlake/mappings/{path}([\w-]+)\.toml\)", GUIDE, flags=re.MULTILINE
        )
        assert sorted(listed) == sorted(file.stem for file in folder.glob("*.toml"))
