"""docs/meter-files.md: its example is read as it says, and it names every key and every example there is."""

import re
from pathlib import Path

import pydantic

from harness.services import PROJECT
from wattlake.lake.mapping import Mapping

GUIDE = (PROJECT / "docs" / "meter-files.md").read_text(encoding="utf-8")


def block(language: str, number: int = 0) -> str:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, flags=re.MULTILINE | re.DOTALL)[number]


def keys_of(model: type[pydantic.BaseModel], prefix: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, pydantic.BaseModel):
            found += keys_of(field.annotation, f"{prefix}{name}.")
        else:
            found.append(f"{prefix}{field.alias or name}")
    return found


def test_the_example_is_read_as_the_guide_says(wattlake, tmp_path: Path):
    (tmp_path / "2024-10.csv").write_text(block("csv"), encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(block("toml"), encoding="utf-8")
    said = wattlake("map", tmp_path / "2024-10.csv", "--mapping", tmp_path / "mapping.toml")
    shown = [line.split() for line in block("text", 1).splitlines() if not line.startswith("─")]
    assert (said.code, said.err) == (0, "")
    assert [line.split() for line in said.out.splitlines()[2:10] if not line.startswith("─")] == shown


def test_the_guide_has_every_key_and_no_other():
    assert sorted(re.findall(r"^\| `([\w.]+)` \|", GUIDE, flags=re.MULTILINE)) == sorted(keys_of(Mapping))


def test_the_guide_lists_every_example():
    listed = re.findall(r"^\| \[[\w-]+\]\(\.\./wattlake/mappings/([\w-]+)\.toml\)", GUIDE, flags=re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in (PROJECT / "wattlake" / "mappings").glob("*.toml"))
