"""Spoiled files of every format: refused in a sentence, or read just as another, strict reader finds them."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import polars as pl
import pytest

from tests.support.mutants import BYTES, ODD_NAMES, ODD_NUMBERS, ODD_TIMES, Mutant, Spoil, mutants
from tests.support.packed_files import write_workbook, write_zip
from tests.support.structured_files import ESPI, green_button, interval, mscons, nem12, nem12_day, quantity
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.layouts import recognise
from wattlake.lake.landing.readers.cells import mapped_frames
from wattlake.lake.mapping import AnyMapping, read_mapping

PLAIN = """
name = "plain"
[columns]
meter = "m"
datetime = "t"
value = "v"
[time]
format = "%Y-%m-%d %H:%M:%S"
zone = "UTC"
label = "start"
period_minutes = 15
[energy]
unit = "kWh"
"""
FIRST = datetime(2024, 3, 31)  # noqa: DTZ001
TIMES = [str(FIRST + timedelta(minutes=15 * number)) for number in range(20)]
RECORDS = [{"m": f"M{number % 2}", "t": time, "v": number / 8} for number, time in enumerate(TIMES)]
SHEET = "xl/worksheets/sheet1.xml"
TOKEN = re.compile(rb"(?<=[>,: \"])[\w.:-]+(?=[<,}\]\"\r\n])")

Reading = tuple[str, ...]
"""The texts of a row that make a reading: whose, when, how much, and its quality where the format has one."""


def texts_odd(random: Random, content: bytes) -> bytes:
    """Some texts or numbers are others', as far as the format's own signs allow it."""
    for _ in range(random.randint(1, 3)):
        places = list(TOKEN.finditer(content))
        found = random.choice(places)
        odd = random.choice(random.choice((ODD_NUMBERS, ODD_TIMES, ODD_NAMES))).replace("\x00", "")
        written = escape(odd) if b"<" in content[:50] else odd.replace('"', "'")
        content = content[: found.start()] + written.encode("utf-8", "replace") + content[found.end() :]
    return content


def tags_odd(random: Random, content: bytes) -> bytes:
    """Markup, paths and entities stand where none belong."""
    odd = random.choice(
        (b"<x/>", b"&lt;b&gt;", b"<!-- -->", b'<!DOCTYPE a [<!ENTITY b "c">]>', b"&b;", b"]]>", b"<![CDATA[1]]>", b"{}",
         b"[[", b"../../etc/passwd", b"\xef\xbb\xbf", b"</value><value>7", b',"v":9', b"400,1,2,A,,\r\n", b"200,,\r\n")
    )  # fmt: skip
    place = random.randrange(len(content) + 1)
    return content[:place] + odd + content[place:]


def shuffled(random: Random, content: bytes) -> bytes:
    """Pieces stand in another order."""
    pieces = [content[at : at + 97] for at in range(0, len(content), 97)]
    first, second = random.randrange(len(pieces)), random.randrange(len(pieces))
    pieces[first], pieces[second] = pieces[second], pieces[first]
    return b"".join(pieces)


SPOILS: dict[str, Spoil] = {
    **BYTES,
    "texts": texts_odd,
    "tags": tags_odd,
    "shuffled": shuffled,
    "texts again": texts_odd,
}


def of_json(content: bytes) -> Iterator[Reading]:
    """Every record, read by the standard library."""
    text, at = content.decode("utf-8-sig"), 0
    decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse)
    while text[at:].strip(" \t\r\n"):
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n"))
        value, at = decoder.raw_decode(text, at)
        for record in value if isinstance(value, list) else [value]:
            yield tuple(_text(record.get(name)) for name in ("m", "t", "v"))


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _text(value: object) -> str:
    return "" if value is None else str(value) if not isinstance(value, bool) else str(value).lower()


def of_nem12(content: bytes) -> Iterator[Reading]:
    """Every interval, its quality left out, for that may come from a later record."""
    meter = minutes = ""
    for cells in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
        if cells[:1] == ["200"]:
            meter, minutes = cells[1].strip(), cells[8]
        elif cells[:1] == ["300"]:
            for number, value in enumerate(cells[2 : 2 + 1440 // int(minutes)]):
                start = number * int(minutes)
                yield meter, f"{cells[1].strip()} {start // 60:02}:{start % 60:02}", value


def of_green_button(content: bytes) -> Iterator[Reading]:
    """Every interval reading, read by the standard library's tree."""
    for reading in ElementTree.fromstring(content).iter(f"{{{ESPI}}}IntervalReading"):
        texts = {element.tag.removeprefix(f"{{{ESPI}}}"): (element.text or "").strip() for element in reading.iter()}
        yield texts.get("start", ""), texts.get("value", ""), texts.get("quality", "")


def of_mscons(content: bytes) -> Iterator[Reading]:
    """Every value with its point and start, read sign by sign."""
    text = content.decode("latin-1").lstrip()
    component, element, decimal, release, _, end = text[3:9] if text.startswith("UNA") else ":+.? '"
    point = start = value = ""
    is_value = False
    for parts in _segments(text[9 * text.startswith("UNA") :], component, element, release, end):
        tag, second = parts[0][0], [*parts[1], "", ""] if len(parts) > 1 else [""] * 3
        if tag == "DTM" and is_value and second[0] == "163":
            start = (
                second[1]
                if second[2] != "303"
                else re.sub(r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)([+-]\d\d)$", r"\1-\2-\3T\4:\5\6:00", second[1])
            )
        if tag in ("QTY", "LIN", "LOC", "UNT", "UNH"):
            if is_value:
                yield point, start, value
            is_value, start, value = tag == "QTY", "", second[1].replace(decimal, ".")
        if tag == "LOC":
            point = parts[2][0] if second[0] == "172" and len(parts) > 2 else ""


def _segments(text: str, component: str, element: str, release: str, end: str) -> Iterator[list[list[str]]]:
    """Cut segments sign by sign."""
    parts, signs = [[""]], iter(text)
    for sign in signs:
        if sign == release:
            following = next(signs, "")
            parts[-1][-1] += following if following in (release, component, element, end) else sign + following
        elif sign == end:
            parts[0][0] = parts[0][0].strip()
            yield parts
            parts = [[""]]
        elif sign == element:
            parts.append([""])
        elif sign == component:
            parts[-1].append("")
        else:
            parts[-1][-1] += sign


def of_workbook(content: bytes) -> Iterator[Reading]:
    """Every row of the sheet with a cell in each of the first three columns."""
    packed = zipfile.ZipFile(io.BytesIO(content))
    for row in ElementTree.fromstring(packed.read(SHEET)).findall(".//{*}row"):
        cells = [
            "".join("".join(part.itertext()) for name in "vt" for part in cell.findall(f".//{{*}}{name}"))
            for cell in row.findall("{*}c")
        ]
        yield tuple(cells)


def of_parquet(content: bytes) -> Iterator[Reading]:
    """Every row, read by another library."""
    for row in pl.read_parquet(io.BytesIO(content)).select("m", "t", "v").iter_rows():
        yield tuple("" if cell is None else str(cell) for cell in row)


def of_home_assistant(content: bytes) -> Iterator[Reading]:
    """Every cell below a time of the header."""
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    times = next(lines)[3:]
    for cells in filter(any, lines):
        yield from ((cells[0], cells[2], time, value) for time, value in zip(times, cells[3:], strict=True))


def of_energy_sheet(content: bytes) -> Iterator[Reading]:
    """Every cell of a quarter-hour below a code, whose it is as its own cells say or the ones before them."""
    rows = list(of_workbook(content))
    labelled = {row[0].replace(" ", "").casefold(): row for row in reversed(rows[:40]) if row}
    points, codes = (labelled[name] for name in ("meteringpointid", "metercode"))
    for row in rows:
        for number, value in enumerate(row[1:], 1):
            point = next((cell for cell in reversed(points[1 : number + 1]) if cell), "")
            if number < len(codes):
                yield point, codes[number].partition("[")[0], row[0], value


def plain(path: Path) -> AnyMapping | None:
    return read_mapping(PLAIN, "x")


def known(path: Path) -> AnyMapping | None:
    layout = recognise(path)
    return layout.mapping if layout else None


def in_workbook(spoil: Spoil) -> Spoil:
    """Spoil the sheet inside a workbook, which is packed again as it should be."""

    def spoiled(random: Random, content: bytes) -> bytes:
        packed = zipfile.ZipFile(io.BytesIO(content))
        members = {name: packed.read(name) for name in packed.namelist()}
        target = io.BytesIO()
        write_zip(target, members | {SHEET: spoil(random, members[SHEET])})
        return target.getvalue()

    return spoiled


def workbook() -> bytes:
    target = io.BytesIO()
    write_workbook(target, {"x": [["m", "t", "v"], *([record["m"], record["t"], record["v"]] for record in RECORDS)]})
    return target.getvalue()


def energy_sheet() -> bytes:
    target = io.BytesIO()
    code = "Gesamtverbrauch lt. Messung [KWH]"
    rows = [["MeteringpointID", "AT1", "", "AT2", ""], ["Energy direction", "CONSUMPTION", "", "GENERATION", ""]]
    rows += [["Metercode", code, "QoV", "Gesamte gemeinschaftliche Erzeugung [KWH]", "QoV"]]
    times = [f"{FIRST + timedelta(minutes=15 * number):%d.%m.%Y %H:%M:%S}" for number in range(20)]
    rows += [[time, f"{number / 8}", "L1", f"{number / 4}", "L2"] for number, time in enumerate(times)]
    write_workbook(target, {"Energiedaten": rows})
    return target.getvalue()


def parquet() -> bytes:
    target = io.BytesIO()
    pl.DataFrame(RECORDS).write_parquet(target)
    return target.getvalue()


DAY = [f"{number / 8}" for number in range(48)]
NEM12 = nem12(
    "200,6100000001,E1B1,E1,E1,,M,KWH,30,", nem12_day("20240331", DAY), nem12_day("20240401", DAY, "V"),
    "400,1,20,A,,", "400,21,48,E52,,", "200,6100000001,E1B1,B1,B1,,M,KWH,60,", nem12_day("20240331", DAY[:24]),
)  # fmt: skip
MSCONS = mscons(
    *(quantity(f"{number},5", f"70{number}00", f"70{number}15") for number in range(10)),
    "LIN+2'PIA+5+1-1?:2.29.0:SRW'",
    *(quantity("0,125", f"71{number}00", f"71{number}15", "67", ":KWH") for number in range(10)),
)  # fmt: skip
HOME = "\n".join(
    [
        ",".join(["entity_id", "type", "unit", *(f"2024-03-31T{hour:02}:00:00.000Z" for hour in range(20))]),
        *(f"sensor.{name},{name},kWh," + ",".join(DAY[:20]) for name in ("grid_consumption", "grid_return", "solar")),
    ]
).encode()
BUTTON = green_button("".join(interval(1711846800 + 900 * number, number) for number in range(20)))

Oracle = Callable[[bytes], Iterator[Reading]]
Chooser = Callable[[Path], AnyMapping | None]
KINDS: dict[str, tuple[bytes, dict[str, Spoil], tuple[str, ...], Chooser, Oracle | None]] = {
    "json": (json.dumps(RECORDS).encode(), SPOILS, ("m", "t", "v"), plain, of_json),
    "ndjson": ("\n".join(map(json.dumps, RECORDS)).encode(), SPOILS, ("m", "t", "v"), plain, of_json),
    "nem12": (NEM12, SPOILS, ("NMI", "start", "value"), known, of_nem12),
    "mscons": (MSCONS, SPOILS, ("metering point", "start", "value"), known, of_mscons),
    "green button": (BUTTON, SPOILS, ("start", "value", "quality"), known, of_green_button),
    "workbook": (
        workbook(), {name: in_workbook(spoil) for name, spoil in SPOILS.items()}, ("m", "t", "v"), plain, of_workbook,
    ),
    "packed": (workbook(), BYTES, ("m", "t", "v"), plain, of_workbook),
    "parquet": (parquet(), BYTES, ("m", "t", "v"), plain, of_parquet),
    "home assistant": (HOME, SPOILS, ("entity_id", "unit", "start", "value"), known, of_home_assistant),
    "energy sheet": (
        energy_sheet(), {name: in_workbook(spoil) for name, spoil in SPOILS.items()},
        ("metering point", "meter code", "start", "value"), known, of_energy_sheet,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoiled_file_is_refused_in_a_sentence_or_read_as_it_is(tmp_path: Path, kind: str):
    whole, spoils, names, mapping_of, oracle = KINDS[kind]
    (tmp_path / "whole").write_bytes(whole)
    assert len(list(_readings(tmp_path / "whole", mapping_of(tmp_path / "whole"), names))) >= len(RECORDS)
    refused = kept = 0
    for number, mutant in enumerate(mutants(kind, [whole] * 200, spoils)):
        path = tmp_path / f"{number}"
        path.write_bytes(mutant.content)
        try:
            mapping = mapping_of(path)
            read = [] if mapping is None else list(_readings(path, mapping, names))
        except UnreadableFileError as error:
            assert str(error).startswith(str(path))
            assert str(error).isprintable()
            refused += 1
            continue
        refused += mapping is None  # It is of no layout that is known.
        kept += len(read)
        if oracle and read:
            _hold(mutant, read, oracle)
    assert refused > 20
    assert kept > 200 or kind == "packed"


def _readings(path: Path, mapping: AnyMapping | None, names: tuple[str, ...]) -> Iterator[Reading]:
    assert mapping is not None
    for frame in mapped_frames(path, mapping):
        for cells in map(json.loads, frame["cells"]):
            yield tuple((cells.get(name) or "").strip() for name in names)


def _plain(text: str) -> str:
    """Write a text without what two readers may write otherwise: blanks, and zeros of numbers."""
    text = " ".join(text.split())
    return repr(float(text)) if re.fullmatch(r"[+-]?(\d{1,15}\.?\d{0,9}|\.\d{1,9})", text, re.ASCII) else text


def _hold(mutant: Mutant, read: list[Reading], oracle: Oracle) -> None:
    """Hold what was read to what a strict reader finds."""
    try:
        written = [tuple(map(_plain, reading)) for reading in oracle(mutant.content)]
    except pl.exceptions.PolarsError:
        return  # The other library reads less.
    except (ValueError, AttributeError, IndexError, ElementTree.ParseError, zipfile.BadZipFile) as error:
        raise AssertionError(f"read, though a strict reader finds {error!r}: {mutant}") from error
    wrong = [reading for reading in read if tuple(map(_plain, reading)) not in written]
    assert not wrong, f"{wrong[:3]} is not in {mutant}"
