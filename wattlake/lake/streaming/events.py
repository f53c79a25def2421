"""Events go to silver: typed, known ones left out, earlier ones replaced."""

from collections.abc import Sequence
from typing import NamedTuple

from wattlake.lake.contracts import listed
from wattlake.lake.sql import Connection, materialized, scalar
from wattlake.lake.streaming.known import forget
from wattlake.lake.streaming.nearby import TABLE, Stretch, between, keep_near, stretches_of
from wattlake.lake.streaming.steps import run_step

SAME = "(meter_id, event_at_utc, quantity, direction)"

REPLACED = """
select * replace (replacing_landing_id as _landing_id) from outcome where not is_standing and not is_repeated
"""
"""Windows that these had a part in are touched by what replaced them."""


class Taken(NamedTuple):
    """How many values of a batch were set aside, known, or replaced by later ones."""

    quarantined: int
    repeated: int
    superseded: int


def take_events(connection: Connection, *, is_known: bool = False) -> Taken:
    """Take the events of the table ``event_row`` into silver.

    It is part of the caller's transaction. It leaves the temporary tables ``judged``, ``following``, ``complete``,
    ``near`` and ``outcome``, and ``standing`` and ``replaced``: the events near those that changed, as silver has them
    now, and those that it has no more, or that were replaced before it had them, with the landing that replaced them.

    Args:
        connection: with the lake as its current database.
        is_known: whether the temporary tables of what is known are filled.
    """
    if not is_known:
        forget(connection)
    materialized(connection, "member_meter", f"from {'known_member' if is_known else 'gold.member_meter'}")
    for step in ("typed", "event", "judged", "following"):
        run_step(connection, step)
    quarantined = _set_aside(connection)
    stretches = stretches_of(connection)
    keep_near(connection, stretches)
    run_step(connection, "outcome")
    ((repeated, superseded, known),) = connection.execute(
        "select count(*) filter (is_fresh and is_repeated), count(*) filter (not is_standing and not is_repeated), "
        "count(*) filter (not is_fresh and not is_standing) from outcome"
    ).fetchall()
    names = listed(TABLE)
    materialized(connection, "replaced", f"select {names} from ({REPLACED})")
    if known:
        connection.execute(
            f"delete from {TABLE} where {_within(stretches)} and {SAME} in (select {SAME} from replaced)"
        )
    connection.execute(f"insert into {TABLE} ({names}) select {names} from outcome where is_fresh and is_standing")
    materialized(
        connection,
        "standing",
        f"select *, false as is_changed from near where {SAME} not in (select {SAME} from replaced) union all by name "
        f"select {names}, false as is_known, true as is_changed from outcome where is_fresh and is_standing",
    )
    return Taken(quarantined, repeated, superseded)


def _set_aside(connection: Connection) -> int:
    """Put what cannot be into quarantine; count the values, not the messages."""
    aside = "from judged where quarantine_reason is not null"
    if not scalar(connection, f"select count(*) {aside}"):
        return 0
    connection.execute(
        f"""
        insert into quarantine.meter_event ({listed("quarantine.meter_event")})
        select
            judged._landing_id,
            judged.quarantine_reason,
            cast(json_merge_patch('{{}}', to_json(written)) as varchar)
        from judged
        inner join (
            select
                *
                exclude (refusal, _topic, _partition, _offset, _row, _received_at_utc, _landing_id, _fetched_at_utc),
                _topic as topic, _partition as partition, _offset as message_offset, _row as message_row
            from event_row
        ) as written using (topic, partition, message_offset, message_row)
        where judged.quarantine_reason is not null
        """
    )
    return scalar(connection, "select count(*) from event where refusal is null") - scalar(
        connection, "select count(*) from judged where quarantine_reason is null"
    )


def _within(stretches: Sequence[Stretch]) -> str:
    """Write the condition that an event is in a stretch, which skips files."""
    ends = between((stretches[0][0], stretches[-1][1]))
    return f"{ends} and ({' or '.join(between(stretch) for stretch in stretches)})"
