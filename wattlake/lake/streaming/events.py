"""Events go to silver: typed, known ones left out, earlier ones replaced."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from wattlake.lake.contracts import listed
from wattlake.lake.contracts.sources.meter_events import MOST_PERIOD_SECONDS
from wattlake.lake.sql import Connection, literal, materialized, scalar
from wattlake.lake.streaming.steps import MOST_HELD_SECONDS, run_step

TABLE = "silver.meter_event"
SAME = "(meter_id, event_at_utc, quantity, direction)"

REACH_OF_INSTANTS = timedelta(seconds=2 * MOST_HELD_SECONDS + 300)
"""An instant changes windows up to where its neighbours hold, and those are made of events up to as far again."""

REACH_OF_PERIODS = timedelta(seconds=3 * MOST_PERIOD_SECONDS + 600)
"""A period changes the windows of those it overlaps, these are made of others, and those may be superseded in turn."""

REACHES = (("quantity = 'energy'", REACH_OF_PERIODS), ("quantity <> 'energy'", REACH_OF_INSTANTS))

MOST_STRETCHES = 32
HOURS_BETWEEN = timedelta(hours=7)
"""More than twice the reach, so that no event is near two stretches."""


class Taken(NamedTuple):
    """How many values of a batch were set aside, known, or replaced by later ones."""

    quarantined: int
    repeated: int
    superseded: int


def take_events(connection: Connection) -> Taken:
    """Take the events of the table ``event_row`` into silver.

    It is part of the caller's transaction. It leaves the temporary tables ``judged``, ``near`` and ``outcome``, and
    ``standing`` and ``replaced``: the events near those that changed, as silver has them now, and those it has no more.
    """
    materialized(connection, "member_meter", "select * from gold.member_meter")
    run_step(connection, "event")
    run_step(connection, "judged")
    quarantined = _set_aside(connection)
    stretches = list(_stretches(connection))
    materialized(connection, "near", _near(stretches))
    run_step(connection, "outcome")
    ((repeated, superseded, known),) = connection.execute(
        "select count(*) filter (is_fresh and is_repeated), count(*) filter (not is_standing and not is_repeated), "
        "count(*) filter (not is_fresh and not is_standing) from outcome"
    ).fetchall()
    names = listed(TABLE)
    materialized(connection, "replaced", f"select {names} from outcome where not is_fresh and not is_standing")
    if known:
        connection.execute(
            f"delete from {TABLE} where {_within(stretches)} and {SAME} in (select {SAME} from replaced)"
        )
    connection.execute(f"insert into {TABLE} ({names}) select {names} from outcome where is_fresh and is_standing")
    materialized(
        connection,
        "standing",
        f"select *, false as is_changed from near where {SAME} not in (select {SAME} from replaced) "
        f"union all by name select {names}, true as is_changed from outcome where is_fresh and is_standing",
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


def _stretches(connection: Connection) -> Iterator[tuple[datetime, datetime]]:
    """Join the hours of a batch's events to at most ``MOST_STRETCHES`` stretches."""
    hours = [
        hour
        for (hour,) in connection.execute(
            "select distinct date_trunc('hour', event_at_utc) as hour from judged where quarantine_reason is null "
            "order by hour"
        ).fetchall()
    ]
    gaps = sorted((later - earlier for earlier, later in pairwise(hours)), reverse=True)
    widest = max([HOURS_BETWEEN, *gaps[MOST_STRETCHES:][:1]])
    begin = None
    for hour, following in zip(hours, [*hours[1:], None], strict=False):
        begin = begin or hour
        if following is None or following - hour > widest:
            yield begin, hour + timedelta(hours=1)
            begin = None


def _near(stretches: list[tuple[datetime, datetime]]) -> str:
    """Write the query of the meters' events near some stretches; it skips files."""
    of_meters = "meter_id in (select meter_id from judged where quarantine_reason is null)"
    queries = [
        f"select {listed(TABLE)} from {TABLE} where {of_quantity} "
        f"and {_between((start - reach, end + reach))} and {of_meters}"
        for start, end in stretches
        for of_quantity, reach in REACHES
    ]
    return " union all ".join(queries) or f"select {listed(TABLE)} from {TABLE} where false"


def _within(stretches: list[tuple[datetime, datetime]]) -> str:
    """Write the condition that an event is in a stretch, which skips files."""
    ends = _between((stretches[0][0], stretches[-1][1]))
    return f"{ends} and ({' or '.join(_between(stretch) for stretch in stretches)})"


def _between(stretch: tuple[datetime, datetime]) -> str:
    return f"event_at_utc >= {literal(stretch[0])} and event_at_utc < {literal(stretch[1])}"
