"""Messages of EDIFACT, segment by segment, in bounded memory. Specification: ISO 9735."""

from collections.abc import Iterator
from typing import NamedTuple, TextIO

CHARACTERS_AT_ONCE = 1024**2
LONGEST_SEGMENT = 64 * 1024
ADVICE = "UNA"
USUAL = ":+.? '"
"""What parts components and elements, stands before decimals, releases a mark, is reserved, and ends a segment."""

RELEASED = "\ue000\ue001\ue002\ue003"
"""What stands for the released marks while a text is cut: of no text, for they are for private use."""


class Elements(NamedTuple):
    """The elements of a segment, each of components."""

    tag: str
    parts: list[list[str]]
    decimal_mark: str
    released: dict[int, str]

    def text(self, element: int, component: int = 0) -> str:
        """Give a component of an element; it is empty where the segment has none."""
        components = self.parts[element] if element < len(self.parts) else []
        return components[component].translate(self.released).strip() if component < len(components) else ""


def segments(file: TextIO) -> Iterator[Elements]:
    """Read the segments of a file, one after another.

    Raises:
        ValueError: a segment has no end.
    """
    head = file.read(len(ADVICE) + len(USUAL)).lstrip()
    head += file.read(len(ADVICE) + len(USUAL) - len(head))
    has_advice = head.startswith(ADVICE)
    component, element, decimal_mark, release, _, end = tuple(head[len(ADVICE) :] if has_advice else USUAL)
    marks = (release, component, element, end)
    released = {ord(stand_in): mark for stand_in, mark in zip(RELEASED, marks, strict=True)}
    rest = "" if has_advice else head
    while part := file.read(CHARACTERS_AT_ONCE):
        # A mark that releases the next one is read with it.
        while part.endswith(release) and (more := file.read(1)):
            part += more
        text = rest + part
        for stand_in, mark in zip(RELEASED, marks, strict=True) if release.strip() else ():
            text = text.replace(f"{release}{mark}", stand_in)
        *whole, rest = text.split(end)
        for segment in whole:
            parts = [each.split(component) for each in segment.strip().split(element)]
            yield Elements(parts[0][0], parts, decimal_mark, released)
        if len(rest) > LONGEST_SEGMENT:
            raise ValueError(f"a segment has no end within {LONGEST_SEGMENT:,} characters")
    if rest.strip():
        raise ValueError(f"its last segment has no end, `{rest[:20]}`")
