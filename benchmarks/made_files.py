"""Large meter files in several formats, made up: each meter's year after the other."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from harness import workbooks

FIRST = datetime(2020, 1, 1, tzinfo=UTC)
READINGS_OF_METER = 96 * 365
GREEN_BUTTON_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>
<entry><link rel="self" href="/U/1/UsagePoint/P1"/><content><UsagePoint xmlns="http://naesb.org/espi">
<ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint></content></entry>
<entry><link rel="self" href="/U/1/UsagePoint/P1/MeterReading/1"/><link rel="related" href="/ReadingType/1"/><content>
<MeterReading xmlns="http://naesb.org/espi"/></content></entry>
<entry><link rel="self" href="/ReadingType/1"/><content><ReadingType xmlns="http://naesb.org/espi">
<accumulationBehaviour>4</accumulationBehaviour><flowDirection>1</flowDirection>
<powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom></ReadingType></content></entry>
<entry><link rel="self" href="/U/1/UsagePoint/P1/MeterReading/1/IntervalBlock/1"/><content>
<IntervalBlock xmlns="http://naesb.org/espi"><interval><duration>86400</duration><start>1</start></interval>
"""


class Reading(NamedTuple):
    """A made-up reading: whose, when, how much."""

    meter: str
    start: datetime
    wh: int


def readings() -> Iterator[Reading]:
    """Make up readings without end: each meter's year after the other."""
    number = 0
    while True:
        meter, slot = divmod(number, READINGS_OF_METER)
        yield Reading(f"AT{meter:031d}", FIRST + timedelta(minutes=15 * slot), number * 7_919 % 997)
        number += 1


def write_csv(path: Path, readings: Iterator[Reading]) -> None:
    """Write German numbers and times, parted by semicolons."""
    with path.open("w", encoding="utf-8") as file:
        file.write("Zählpunkt;Zeit;Verbrauch;Status\n")
        for meter, start, wh in readings:
            file.write(f"{meter};{start:%d.%m.%Y %H:%M};0,{wh:03d};gemessen\n")


def write_workbook(path: Path, readings: Iterator[Reading]) -> None:
    """Write a sheet whose times are as Excel holds them."""
    rows = ((meter, start.replace(tzinfo=None), wh / 1000, "gemessen") for meter, start, wh in readings)
    workbooks.write_workbook(path, {"Werte": [("Zählpunkt", "Zeit", "Verbrauch", "Status"), *rows]})


def write_green_button(path: Path, readings: Iterator[Reading]) -> None:
    """Write a feed of one usage point in the form of ESPI."""
    with path.open("w", encoding="utf-8") as file:
        file.write(GREEN_BUTTON_HEAD)
        for _, start, wh in readings:
            file.write(
                "<IntervalReading><ReadingQuality><quality>17</quality></ReadingQuality><timePeriod>"
                f"<duration>900</duration><start>{start.timestamp():.0f}</start></timePeriod><value>{wh}</value>"
                "</IntervalReading>\n"
            )
        file.write("</IntervalBlock></content></entry></feed>")


def write_nem12(path: Path, readings: Iterator[Reading]) -> None:
    """Write a day a line in the form of NEM12."""
    with path.open("w", encoding="utf-8") as file:
        file.write("100,NEM12,202401010000,MDA1,RETAILER\n")
        last_meter = ""
        while day := list(islice(readings, 96)):
            meter, start, _ = day[0]
            if meter != last_meter:
                file.write(f"200,{meter[-10:]},E1,E1,E1,N1,METER,KWH,15,\n")
                last_meter = meter
            values = ",".join(f"0.{reading.wh:03d}" for reading in day)
            file.write(f"300,{start:%Y%m%d},{values},A,,,20300101000000,\n")
        file.write("900\n")
