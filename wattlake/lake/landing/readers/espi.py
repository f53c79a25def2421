"""The parts of an ESPI feed: usage points, reading types, and blocks of interval readings."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from wattlake.lake.landing.readers.contents import READ_BYTES, Content
from wattlake.lake.landing.readers.espi_feed import Feed, Interval, MeterReading, keep

ESPI, ATOM = "http://naesb.org/espi", "http://www.w3.org/2005/Atom"
ENTRY, LINK = f"{ATOM} entry", f"{ATOM} link"
READING, BLOCK, READING_TYPE, USAGE_POINT = (
    f"{ESPI} {name}" for name in ("IntervalReading", "IntervalBlock", "ReadingType", "UsagePoint")
)
OF_READINGS = {f"{ESPI} {name}": name for name in ("start", "duration", "value", "quality")}
OF_TYPES = {
    f"{ESPI} {name}": name
    for name in ("uom", "powerOfTenMultiplier", "flowDirection", "accumulationBehaviour", "defaultQuality")
}
OF_POINTS = {f"{ESPI} kind": "kind"}
POINT, METER_READING, TYPE = (
    re.compile(rf"(?:^|/){name}/([^/?#]+)") for name in ("UsagePoint", "MeterReading", "ReadingType")
)
MOST_CHARACTERS = 1_000


class _Parser:
    """A parser that keeps what a feed says, and the intervals that were not yet taken."""

    def __init__(self) -> None:
        """Start with an empty feed."""
        self.feed = Feed()
        self.intervals: list[Interval] = []
        self._links: list[dict[str, str]] = []
        self._meter_reading: MeterReading = ("", "")
        self._wanted: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._parts: list[str] | None = None
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype

    def parse(self, content: Content) -> Iterator[None]:
        """Parse a content; stop after each part of it, so that its intervals can be taken.

        Raises:
            ExpatError: it is no XML.
            ValueError: it declares a document type, or has an endless text.
        """
        with content.opened() as source:
            while part := source.read(READ_BYTES):
                self._parser.Parse(part, False)
                yield
            self._parser.Parse(b"", True)
            yield

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in self._wanted:
            self._parts, self._parser.CharacterDataHandler = [], self._text
        elif name == READING:
            self._wanted, self._texts = OF_READINGS, {}
        elif name == LINK:
            self._links.append(attributes)
        elif name == ENTRY:
            self._links = []
        elif name == BLOCK:
            self._meter_reading = self._of_links()
        elif name == READING_TYPE:
            self._wanted, self._texts = OF_TYPES, {}
        elif name == USAGE_POINT:
            self._wanted, self._texts = OF_POINTS, {}

    def _end(self, name: str) -> None:
        if self._parts is not None:
            key, text = self._wanted.get(name, ""), "".join(self._parts).strip()
            # Of several qualities each is kept, for they are read as one.
            self._texts[key] = f"{self._texts[key]} {text}" if key == "quality" and key in self._texts else text
            self._parts = self._parser.CharacterDataHandler = None
        elif name == READING:
            get = self._texts.get
            texts = (get("start", ""), get("duration", ""), get("value", ""), get("quality", ""))
            self.intervals.append(Interval(self._meter_reading, *texts))
            self._wanted = {}
        elif name == READING_TYPE:
            keep(self.feed.types, self._id(TYPE), self._texts)
            self._wanted = {}
        elif name == USAGE_POINT:
            keep(self.feed.kinds, self._id(POINT), self._texts.get("kind", ""))
            self._wanted = {}
        elif name == ENTRY:
            types = [match[1] for link in self._links if (match := TYPE.search(link.get("href", "")))]
            if types and self._of_links()[1]:
                keep(self.feed.type_of, self._of_links(), types[0])

    def _text(self, text: str) -> None:
        assert self._parts is not None
        self._parts.append(text)
        if len(text) > MOST_CHARACTERS or len(self._parts) > MOST_CHARACTERS:
            raise ValueError(f"a value of more than {MOST_CHARACTERS:,} characters")

    def _doctype(self, *declared: object) -> None:
        raise ValueError("it declares a document type, which could name other files")

    def _id(self, pattern: re.Pattern[str]) -> str:
        """Find an id in the entry's links: its own first."""
        links = sorted(self._links, key=lambda link: link.get("rel") != "self")
        return next((match[1] for link in links if (match := pattern.search(link.get("href", "")))), "")

    def _of_links(self) -> MeterReading:
        return self._id(POINT), self._id(METER_READING)


def read_feed(content: Content) -> Feed:
    """Read what a feed says of its readings, wherever in it that stands."""
    parser = _Parser()
    for _ in parser.parse(content):
        parser.intervals.clear()
    return parser.feed


def read_intervals(content: Content) -> Iterator[tuple[list[Interval], Feed]]:
    """Read the intervals of a feed, a part of it at a time, with what it said until then."""
    parser = _Parser()
    for _ in parser.parse(content):
        yield parser.intervals, parser.feed
        parser.intervals = []
