"""Growth of a lake under a stream: what hours of commits leave, with the maintenance that runs beside them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.bench import Bench
from benchmarks.results import Result, Table, Target
from benchmarks.stream_bytes import bytes_of_messages, files_of_a_day
from wattlake.lake.maintenance.stream_maintenance import maintain_stream
from wattlake.lake.runs.record import recorded
from wattlake.lake.settings import Settings
from wattlake.lake.sql import scalar
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import Batch, batch_of
from wattlake.lake.streaming.commit import Stream, commit_batch
from wattlake.lake.streaming.messages import Event, Message, Position
from wattlake.lake.streaming.offsets import stored_offsets

HOURS, BATCHES_AN_HOUR, MESSAGES = 6, 30, 50
MAINTENANCES_AN_HOUR = 6
BEGIN = datetime(2026, 6, 1, tzinfo=UTC)
TOPIC = Position("energy-meters", 0)
NOTES = (
    f"{HOURS} hours are simulated: {BATCHES_AN_HOUR} commits of {MESSAGES} messages an hour (a stream at its own pace "
    "makes 2,400), maintained every ten simulated minutes; files are kept for a simulated hour, as by default.",
    "Counted are all files of the lake but the catalog: tables, archive and register. Needed are those that the newest "
    "snapshot, the archive or its register names; the others are kept for the snapshots and reads of the last hour. "
    "At the end the hour passes without a message.",
    "The files of a day are worked out from the bytes that a message takes once merged and packed (10,000 meters, "
    "power every 10 seconds as JSON of some 90 bytes): files of tables are filled up to 32 MB by the stream, packs up "
    "to 64. Some eight files a commit come on top until an hour has passed: at a stream's own pace some 20,000 small "
    "ones at any time. The catalog, too, holds an hour's commits, and then no more: at that pace sixty times what "
    "grew here. Neither was measured at that pace.",
)


@dataclass(frozen=True)
class Moment:
    """What is there after some hours.

    Attributes:
        hours: simulated, since the stream began.
        commits: so far.
        needed: files that the newest snapshot, the archive or its register needs.
        files: all files of the lake but the catalog.
        snapshots: that are kept.
        catalog_mb: the catalog with its log.
        commit_cpu_seconds: the median processor time of the commits since the moment before.
        maintenance_cpu_seconds: that of the maintenances.
    """

    hours: float
    commits: int
    needed: int
    files: int
    snapshots: int
    catalog_mb: float
    commit_cpu_seconds: float
    maintenance_cpu_seconds: float


def measure_stream_growth(bench: Bench, result: Result) -> None:
    """Measure what is left of hours of a stream.

    Args:
        bench: the run; its scale is not used.
        result: takes what was found.
    """
    moments = list(stream_growth(Lake(Settings(data=str(bench.work / "lake")))))
    begin, *_, end = moments
    day = files_of_a_day(bytes_of_messages(Lake(Settings(data=str(bench.work / "bytes")))))
    of_a_day = end.needed + sum(int(row[-1] or 0) for row in day.rows)
    grown_mb = max(each.catalog_mb for each in moments) - begin.catalog_mb
    result.notes += NOTES
    result.targets += [
        Target("all files an hour after the last message", end.files, "files", 200),
        Target("files of a day at 1,000 messages a second, by their bytes", of_a_day, "files", 200),
        Target("growth of the catalog, at the pace of the simulation", grown_mb, "MB", 50),
    ]
    columns = ("hours", "commits", "files needed", "files", "snapshots", "catalog MB", "commit s", "maintenance s")
    rows = [
        (f"{each.hours:g}", each.commits, each.needed, each.files, each.snapshots, round(each.catalog_mb, 1),
         round(each.commit_cpu_seconds, 2), round(each.maintenance_cpu_seconds, 2))
        for each in moments
    ]  # fmt: skip
    result.tables += [Table("What hours of a stream leave (processor seconds)", columns, rows), day]


def stream_growth(lake: Lake, *, hours: int = HOURS, batches_an_hour: int = BATCHES_AN_HOUR) -> Iterator[Moment]:
    """Commit simulated hours of a stream; give what is there before, after each, and after one of silence.

    Snapshots and files bear the real time. So maintenance is told a present by which what is a simulated hour old is
    as old as the retention.
    """
    lake.create()
    yield _moment(lake, hours=0, commits=0, cpu_seconds=([0.0], [0.0]))
    each = batches_an_hour // MAINTENANCES_AN_HOUR
    with recorded(lake, "stream", lambda: datetime.now(UTC)) as run:
        maintained_at = [datetime.now(UTC)] * MAINTENANCES_AN_HOUR
        for hour in range(hours):
            commits, maintenances = list[float](), list[float]()
            for part in range(MAINTENANCES_AN_HOUR):
                first = hour * batches_an_hour + part * each
                for number in range(first, first + each):
                    commits.append(_timed_commit(lake, run.run_id, number, batches_an_hour))
                maintenances.append(_timed_maintenance(lake, maintained_at))
            so_far = (hour + 1) * batches_an_hour
            yield _moment(lake, hours=hour + 1, commits=so_far, cpu_seconds=(commits, maintenances))
        silence = [_timed_maintenance(lake, maintained_at) for _ in range(MAINTENANCES_AN_HOUR + 2)]
    yield _moment(lake, hours=hours + 1, commits=hours * batches_an_hour, cpu_seconds=([0.0], silence))


def _timed_commit(lake: Lake, run_id: str, number: int, batches_an_hour: int) -> float:
    """Commit one batch; give its processor seconds."""
    at = BEGIN + timedelta(hours=1) * number / batches_an_hour
    began = time.process_time()
    stream = Stream("growth", run_id)
    commit_batch(lake, stream, _batch(at, dict(stored_offsets(lake.reader(), stream.name))), now_utc=at)
    return time.process_time() - began


def _batch(at: datetime, after: dict[Position, int]) -> Batch:
    first = after.get(TOPIC, 0)
    messages = [Message(*TOPIC, first + number, None, f"m{number} {at}".encode() * 4, at) for number in range(MESSAGES)]
    events = {
        number: [Event(f"m{number}", None, at.isoformat(), "10", "energy", "1.5", "Wh", None, None)]
        for number in range(MESSAGES)
    }
    return batch_of(messages, events, {})._replace(after=after)


def _timed_maintenance(lake: Lake, maintained_at: list[datetime]) -> float:
    """Maintain what the stream writes, with what is a simulated hour old as old; give its processor seconds."""
    retention = timedelta(minutes=lake.settings.stream.retention_minutes)
    began = time.process_time()
    maintain_stream(lake, maintained_at[-MAINTENANCES_AN_HOUR] + retention)
    maintained_at.append(datetime.now(UTC))
    return time.process_time() - began


def _moment(lake: Lake, *, hours: float, commits: int, cpu_seconds: tuple[list[float], list[float]]) -> Moment:
    files = [name for name in Storage(lake.settings).names() if name.startswith(("tables/", "landing/"))]
    live = " + ".join(
        f"(select count(*) from __ducklake_metadata_lake.ducklake_{kind}_file where end_snapshot is null)"
        for kind in ("data", "delete")
    )
    needed = scalar(lake.reader(), f"select {live}") + sum(name.startswith("landing/") for name in files)
    snapshots = scalar(lake.reader(), "select count(*) from ducklake_snapshots('lake')")
    beside = lake.settings.catalog_file
    size = sum(Path(f"{beside}{end}").stat().st_size for end in ("", "-wal") if Path(f"{beside}{end}").exists())
    return Moment(hours, commits, needed, len(files), snapshots, size / 1e6, *map(median, cpu_seconds))
