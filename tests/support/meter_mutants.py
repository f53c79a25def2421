"""Spoiled meter files through a lake: what is refused, what is read, and what a strict reader finds in them."""

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from harness.lake_steps import NOW, build_all, origin, select
from tests.support.mutants import Mutant
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.files import land_files
from wattlake.lake.reports.set_aside import set_aside
from wattlake.lake.reports.status import troubles
from wattlake.lake.store.lake import Lake
from wattlake.tasks.sources import smart_meters

Reading = tuple[str, datetime, int]
"""Meter, start in UTC without an offset, and watt-hours."""

Reader = Callable[[bytes], set[Reading]]

METER = b"MAC000000"
"""The meter of the files before they are spoiled; each gets its own."""

NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
LONDON_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.0000000)?", re.ASCII)
BERLIN_TIME = re.compile(r"\d\d\.\d\d\.\d{4} \d\d:\d\d", re.ASCII)
LANDED_AT_ONCE = 25

MAPPING = """
name = "berlin"
[file]
delimiter = ";"
[columns]
meter = "Zähler"
datetime = "Ende"
value = "kWh"
[time]
format = "%d.%m.%Y %H:%M"
zone = "Europe/Berlin"
label = "end"
period_minutes = 15
[energy]
unit = "kWh"
decimal = ","
"""


def with_own_meters(content: bytes, first: int, count: int) -> list[bytes]:
    """A file as often as that, each of a meter of its own."""
    return [content.replace(METER, b"MAC%06d" % (first + number)) for number in range(count)]


def land_and_build(lake: Lake, folder: Path, spoiled: dict[str, Mutant], with_mapping: bool = False) -> set[str]:
    """Write mutants (by file name) to a folder, land them as an inbox, build; gives the names of the refused."""
    folder.mkdir(parents=True)
    if with_mapping:
        (folder / "mapping.toml").write_text(MAPPING)
    for name, mutant in spoiled.items():
        (folder / name).write_bytes(mutant.content)
    paths = smart_meters.SOURCE.files(folder)
    assert {path.name for path in paths} == spoiled.keys()
    log = "".join(_land(lake, paths[at : at + LANDED_AT_ONCE], folder) for at in range(0, len(paths), LANDED_AT_ONCE))
    landed = {sha for (sha,) in select(lake, "select sha256 from ops.landing")}
    refused = {name for name, mutant in spoiled.items() if sha256(mutant.content).hexdigest() not in landed}
    named = {spoiled[name].content for name in refused if str(folder / name) in log}
    for name in refused:
        assert spoiled[name].content in named, f"refused in silence: {spoiled[name]}"
    build_all(lake)
    told_set_aside = set(set_aside(lake.reader()))
    assert [trouble for trouble in troubles(lake.reader()) if trouble not in told_set_aside] == []
    return refused


def _land(lake: Lake, paths: list[Path], folder: Path) -> str:
    try:
        mappings = smart_meters.SOURCE.mapping_files(folder, paths)
        list(land_files(lake, origin("smart_meters", NOW), paths, smart_meters.SOURCE.layouts, mappings))
    except UnreadableFileError as error:
        of_each_file = str(error).replace("a\nb", "").split("\n")
        assert all(line.startswith(str(folder)) for line in of_each_file), f"a line for each file: {error}"
        return str(error)
    return ""


def readings_of(lake: Lake, mutant: Mutant) -> Counter[Reading]:
    """The readings that silver has of a mutant."""
    rows = select(
        lake,
        "select meter_id, period_start_utc, units(energy_kwh) from silver.meter_reading where _landing_id in (select "
        f"landing_id from ops.landing where sha256 = '{sha256(mutant.content).hexdigest()}')",
    )
    return Counter(rows)


def is_as_written(lake: Lake, mutant: Mutant, reader: Reader) -> None:
    """Hold what silver has of a mutant to what a strict reader finds, and what is plainly there to silver."""
    readings = readings_of(lake, mutant)
    written = reader(unpacked(mutant.content))
    wrong = readings.keys() - written
    assert not wrong, f"{sorted(wrong)[:3]} is not in {mutant}"
    assert set(readings.values()) <= {1}, f"doubled: {mutant}"


def unpacked(content: bytes) -> bytes:
    """The content of a file that may be packed; nothing where it is packed badly, and so must be refused."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return b""


def london_readings(content: bytes) -> set[Reading]:
    """Every reading a strict reader finds in a file of the London set's layouts."""
    return {
        reading
        for cells in _rows(content, ",")
        for reading in _reading(
            cells.get("lclid"),
            _london_start(cells.get("tstp") or cells.get("datetime") or ""),
            cells.get("energy(kwh/hh)") or cells.get("kwh/hh (per half hour)") or "",
        )
    }


def berlin_readings(content: bytes) -> set[Reading]:
    """Every reading a strict reader finds in a file of the mapping; of a doubtful hour both."""
    return {
        reading
        for cells in _rows(content, ";")
        for start in _berlin_starts(cells.get("ende") or "")
        for reading in _reading(cells.get("zähler"), start, (cells.get("kwh") or "").replace(",", "."))
    }


def _rows(content: bytes, delimiter: str) -> Iterator[dict[str, str]]:
    limit = csv.field_size_limit(10**9)
    try:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace"), newline=""), delimiter=delimiter)
        names = [name.strip().strip('"').strip().casefold() for name in next(lines, [])]
        for cells in lines:
            if len(cells) <= len(names) or not any(cell.strip() for cell in cells[len(names) :]):
                yield dict(zip(names, cells, strict=False))
    finally:
        csv.field_size_limit(limit)  # It is the whole process's, and the tests' of the command line with it.


def _reading(meter: str | None, start: datetime | None, energy: str) -> Iterator[Reading]:
    if meter and meter.strip() and start and NUMBER.fullmatch(energy) and 0 <= float(energy) <= 1000:
        yield meter.strip(" "), start, int(Decimal(energy).quantize(Decimal("0.000001"), ROUND_HALF_EVEN) * 1_000_000)


def _london_start(text: str) -> datetime | None:
    text = re.sub("(?<=^..........)  ", " 0", text.strip(" "))  # An hour may be padded with a blank.
    if not LONDON_TIME.fullmatch(text):
        return None
    try:
        start = datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return start.replace(tzinfo=None) if (start.minute % 30, start.second) == (0, 0) else None


def _berlin_starts(text: str) -> Iterator[datetime]:
    if not BERLIN_TIME.fullmatch(text.strip()):
        return
    after = timedelta(days=1) if text.strip().endswith("24:00") else timedelta(0)
    try:
        clock = datetime.strptime(text.strip().replace(" 24:00", " 00:00") + "Z", "%d.%m.%Y %H:%M%z") + after
    except ValueError:
        return
    for fold in (0, 1):
        utc = clock.replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=fold).astimezone(UTC).replace(tzinfo=None)
        yield utc - timedelta(minutes=15)
