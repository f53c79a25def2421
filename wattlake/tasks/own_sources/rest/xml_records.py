"""The records of a page of XML: elements, and what stands at a path of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from wattlake.tasks.own_sources.rest.reading import Rows
from wattlake.tasks.sources._answer import Answer, NothingCameError


class Missing:
    """What stands at a path where nothing does."""


@dataclass(frozen=True)
class XmlRecord:
    """An element, with what is around it."""

    element: Element
    parents: Mapping[Element, Element] = field(repr=False)

    def at(self, path: str) -> Any:  # noqa: ANN401
        """Give the text at a path of names with slashes between them."""
        element: Element | None = self.element
        for step in path.split("/"):
            if element is None:
                return Missing
            if step.startswith("@"):
                return element.get(step[1:], Missing)
            element = self.parents.get(element) if step == ".." else child(element, step)
        return Missing if element is None else (element.text or "").strip()

    def fields(self) -> list[str]:
        """List the names of what it holds."""
        return [local_name(each) for each in self.element]


def local_name(element: Element) -> str:
    """Give an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    """Find the first element of a name in another."""
    return next((each for each in element if local_name(each) == name), None)


def xml_records(answer: Answer, rows: Rows) -> Iterator[XmlRecord]:
    """Read the elements of a page that are rows.

    Raises:
        ValueError: it is no XML, or has none of them.
        NothingCameError: it says that there is nothing.
    """
    try:
        root = ElementTree.fromstring(answer.body)
    except ElementTree.ParseError as error:
        raise answer.wrong(f"whole XML ({error})") from None
    if rows.nothing and local_name(root) == rows.nothing:
        raise NothingCameError(str(answer.wrong("rows, but it says that there are none")))
    parents = {inner: outer for outer in root.iter() for inner in outer}
    elements = [root]
    for name in rows.path.split("/"):
        elements = [each for element in elements for each in element if local_name(each) == name]
    if not elements and len(root):
        raise answer.wrong(f"elements `{rows.path}`")
    yield from (XmlRecord(element, parents) for element in elements)
