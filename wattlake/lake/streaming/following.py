"""Streams follow the register: what it says otherwise of meters and members is made again.

``ops.stream_register`` has the register by which events and windows stand. What changed of it names meters and members;
all that hangs together with these, by meters that two members had, is made again from bronze.
"""

from hashlib import sha256

from wattlake.lake.build.progress import MADE_DIFFERENTLY, NOT_BUILT, read_progress
from wattlake.lake.contracts import columns, listed
from wattlake.lake.models.macros import macros_used
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.remaking import ALL, MADE, Part, remake_part
from wattlake.lake.streaming.steps import step_sql
from wattlake.lake.streaming.windows import STEPS

STREAMS = "streams"
"""The row of ``ops.progress`` that stands for what follows from streams: it has the hash of the steps that made it."""
REGISTER, FOLLOWED = "gold.member_meter", "ops.stream_register"
STRETCH = ", ".join(columns(REGISTER))
COME = f"(select {STRETCH} from {REGISTER} except select {STRETCH} from {FOLLOWED})"
GONE = f"(select {STRETCH} from {FOLLOWED} except select {STRETCH} from {REGISTER})"


def follow(lake: Lake) -> int:
    """Make again what the register, or today's steps, say otherwise; count rows of bronze read.

    It is one transaction: who reads sees what was there until all is made.
    """
    return lake.write(_follow, lock=SOURCE) if is_due(lake.reader()) else 0


def has_events(connection: Connection) -> bool:
    """Say whether a stream has brought anything."""
    return bool(connection.execute(f"select 1 from bronze.{SOURCE} limit 1").fetchall())


def is_due(connection: Connection) -> bool:
    """Say whether the register changed, or the steps, since they were followed."""
    return bool(reason_to_make(connection)) or has_changed(connection)


def reason_to_make(connection: Connection) -> str:
    """Give the reason to make all of it again; empty where all is as made today."""
    made = read_progress(connection).get(STREAMS)
    if made is None:
        return NOT_BUILT
    return "" if made.fingerprint == fingerprint() else MADE_DIFFERENTLY


def has_changed(connection: Connection) -> bool:
    """Say whether the register is another than that by which events and windows stand."""
    return bool(connection.execute(f"select 1 from ({COME} union all {GONE}) limit 1").fetchall())


def fingerprint() -> str:
    """Hash all that makes the tables but the register: SQL, macros and contracts."""
    sql = [step_sql(name) for name in ("typed", "event", "judged", "outcome", *STEPS)]
    made_by = (sql, macros_used("\n".join(sql)), [columns(table) for table in MADE])
    return sha256(repr(made_by).encode()).hexdigest()[:16]


def note_followed(connection: Connection) -> None:
    """Note, in the caller's transaction, that all stands by today's register and steps."""
    newest = scalar(connection, "select coalesce(max(landing_id), 0) from ops.landing where source = ?", [SOURCE])
    if STREAMS not in read_progress(connection) and not scalar(connection, f"select count(*) from {FOLLOWED}"):
        newest = 0  # The first register that is noted is no change.
    key = "(member_id, valid_from_utc, measures)"
    connection.execute(f"delete from {FOLLOWED} where {key} in (select {key} from {GONE})")
    connection.execute(f"insert into {FOLLOWED} ({listed(FOLLOWED)}) select {STRETCH}, {newest} from {COME}")
    connection.execute("delete from ops.progress where table_name = ?", [STREAMS])
    connection.execute(
        "insert into ops.progress by name select ? as table_name, ? as fingerprint", [STREAMS, fingerprint()]
    )


def _follow(connection: Connection) -> int:
    rows = remake_part(connection, ALL if reason_to_make(connection) else _changed_part(connection))
    note_followed(connection)
    return rows


def _changed_part(connection: Connection) -> Part:
    """Find the meters and members that hang together with changed stretches of the register."""
    changed = connection.execute(f"select meter_id, member_id from ({COME} union all {GONE})").fetchall()
    pairs = connection.execute(
        f"select meter_id, member_id from {REGISTER} union select meter_id, member_id from {FOLLOWED}"
    ).fetchall()
    meters, members = {meter for meter, _ in changed}, {member for _, member in changed}
    while grown := [pair for pair in pairs if (pair[0] in meters) != (pair[1] in members)]:
        meters |= {meter for meter, _ in grown}
        members |= {member for _, member in grown}
    connection.execute("create or replace temp table part_meter as select unnest(?::varchar[]) as id", [list(meters)])
    connection.execute("create or replace temp table part_member as select unnest(?::varchar[]) as id", [list(members)])
    return Part(
        of_bronze=_names("meter_id", "member_id"),
        of_quarantine=_names("original ->> 'meter_id'", "original ->> 'member_id'"),
        of_meters="meter_id in (select id from temp.part_meter)",
    )


def _names(meter: str, member: str) -> str:
    """Write the condition that a message names a meter of the part, or a member of it instead."""
    meter, member = f"nullif(trim({meter}), '')", f"nullif(trim({member}), '')"
    of_member = f"{meter} is null and {member} in (select id from temp.part_member)"
    return f"({meter} in (select id from temp.part_meter) or ({of_member}))"
