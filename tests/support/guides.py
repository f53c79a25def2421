"""What guides in docs/ show: their blocks, and whether what a command prints is what stands there."""

import re

LEFT_OUT = "…"


def blocks(language: str, guide: str) -> list[tuple[str, str]]:
    """The blocks of a language, each with the name that stands behind it."""
    return re.findall(rf"^```{language} ?(\S*)\n(.*?)^```", guide, flags=re.MULTILINE | re.DOTALL)


def commands(guide: str) -> list[tuple[str, str]]:
    """The commands of a guide, in order, each with what it is said to print."""
    parts = [
        part for _, block in blocks("console", guide) for part in re.split(r"^\$ wattlake ", block, flags=re.M)[1:]
    ]
    return [(command, shown) for command, _, shown in (part.partition("\n") for part in parts)]


def lines_of(text: str) -> list[str]:
    """Lines as they are compared: without how far cells are apart."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip() and not line.startswith("─")]


def follows(written: list[str], shown: list[str]) -> bool:
    """Whether lines are those that the guide shows, but for what it leaves out."""
    pattern = "".join(".*" if line == LEFT_OUT else f"{re.escape(line)}\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in written), flags=re.DOTALL) is not None
