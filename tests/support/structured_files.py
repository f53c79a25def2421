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
        f'<entry><link rel="self" href="/ReadingType/{n}"/><content>{said}</content></entry>'
        for n, said in enumerate(listed, 1)
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
    said = "" if quality is None else f"<ReadingQuality><quality>{quality}</quality></ReadingQuality>"
    return (
        f"<IntervalReading><cost>5</cost>{said}<timePeriod><duration>{duration}</duration><start>{start}</start>"
        f"</timePeriod><value>{value}</value></IntervalReading>"
    )
