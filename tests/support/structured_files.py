"""Small files whose structure says what they mean, made up in the form of NEM12 and of Green Button."""

from collections.abc import Sequence

ESPI = "http://naesb.org/espi"


def nem12(*records: str) -> bytes:
    """A NEM12 file of some records, between its first and its last."""
    return "\r\n".join(["100,NEM12,202405020000,MDA1,RETAILER", *records, "900", ""]).encode()


def nem12_day(date: str, values: Sequence[str], quality: str = "A") -> str:
    """A record 300: a day's values and their quality."""
    return f"300,{date},{','.join(values)},{quality},,,20240502012258,"


def green_button(*readings: str, types: Sequence[str] = (), types_first: bool = False) -> bytes:
    """A feed of one usage point; each of its meter readings is of the type of the same number."""
    listed = types or (reading_type(),)
    parts = "".join(
        f'<entry><link rel="self" href="/U/1/UsagePoint/P1/MeterReading/{n}"/>'
        f'<link rel="related" href="/ReadingType/{n}"/><content><MeterReading xmlns="{ESPI}"/></content></entry>'
        f'<entry><link rel="self" href="/ReadingType/{n}"/><content>{content}</content></entry>'
        for n, content in enumerate(listed, 1)
    )
    blocks = "".join(
        f'<entry><link rel="self" href="/U/1/UsagePoint/P1/MeterReading/{n}/IntervalBlock/9"/><content>'
        f'<IntervalBlock xmlns="{ESPI}"><interval><duration>86400</duration><start>1</start></interval>{block}'
        "</IntervalBlock></content></entry>"
        for n, block in enumerate(readings, 1)
    )
    point = (
        '<entry><link rel="self" href="/U/1/UsagePoint/P1"/><content>'
        f'<UsagePoint xmlns="{ESPI}"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint></content></entry>'
    )
    entries = parts + blocks if types_first else blocks + parts
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>{point}{entries}</feed>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{feed}'.encode()


def reading_type(uom: int = 72, power: int = 0, direction: int | None = 1, behaviour: int = 4) -> str:
    """A reading type: unit, power of ten, direction and accumulation by the standard's numbers."""
    flow = "" if direction is None else f"<flowDirection>{direction}</flowDirection>"
    return (
        f'<ReadingType xmlns="{ESPI}"><accumulationBehaviour>{behaviour}</accumulationBehaviour>{flow}'
        f"<powerOfTenMultiplier>{power}</powerOfTenMultiplier><uom>{uom}</uom></ReadingType>"
    )


def interval(start: int, value: object, duration: object = 900, quality: int | None = 17) -> str:
    """An interval reading."""
    noted = "" if quality is None else f"<ReadingQuality><quality>{quality}</quality></ReadingQuality>"
    return (
        f"<IntervalReading><cost>5</cost>{noted}<timePeriod><duration>{duration}</duration><start>{start}</start>"
        f"</timePeriod><value>{value}</value></IntervalReading>"
    )


def mscons(*values: str, function: str = "9", una: str = "UNA:+,? '", end: str = "UNT+{}+1'UNZ+1+X'") -> bytes:
    """Messages in the form of the German market, of one metering point's register of what was taken."""
    head = f"UNB+UNOC:3+1:500+2:500+241027:0806+X++TL'\nUNH+1+MSCONS:D:04B:UN:2.4c'BGM+7+X1+{function}'"
    point = "DTM+137:202410281200?+00:303'UNS+D'NAD+DP'LOC+172+DE1?+1'DTM+163:202410262200?+00:303'"
    register = "DTM+164:202410272300?+00:303'LIN+1'PIA+5+1-1?:1.29.0:SRW'"
    message = "".join((head, point, register, *values))
    return (una + message + end.format(message.count("'"))).encode("latin-1")


def quantity(value: str, start: str, end: str, status: str = "220", unit: str = "") -> str:
    return f"QTY+{status}:{value}{unit}'DTM+163:2024102{start}?+00:303'\r\nDTM+164:2024102{end}?+00:303'"
