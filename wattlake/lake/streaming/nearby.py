"""Events of silver near a batch's own: of its meters, and close enough in time to matter."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from wattlake.lake.contracts import listed
from wattlake.lake.contracts.gold.live import WINDOW_MINUTES
from wattlake.lake.contracts.sources.meter_events import MOST_PERIOD_SECONDS
from wattlake.lake.sql import Connection, literal, materialized
from wattlake.lake.streaming.steps import MOST_HELD_SECONDS, run_step

TABLE = "silver.meter_event"
Stretch = tuple[datetime, datetime]

WINDOW = timedelta(minutes=WINDOW_MINUTES)
MOST_REACH = timedelta(seconds=3 * MOST_PERIOD_SECONDS + MOST_HELD_SECONDS) + WINDOW
"""No event is near one further away."""

MOST_STRETCHES = 32
BETWEEN = 2 * MOST_REACH + timedelta(hours=1)
"""More than twice the reach, so that no event is near two stretches."""

LOOK_BACK = 2 * WINDOW
"""Meters that send every minute or so have two events so shortly before: no earlier one is near."""


KNOWN = "select *, true as is_known from known_instant semi join following using (meter_id)"
"""The events that stand for all that is known of their series."""
FOLLOWING = "select meter_id, timestamp '-infinity' as from_utc from following"


def stretches_of(connection: Connection) -> list[Stretch]:
    """Join the windows of a batch's events to at most ``MOST_STRETCHES`` stretches of time.

    Of those that follow what is known, no event is sought. The others are left in the temporary table ``sought``.
    """
    materialized(
        connection,
        "sought",
        "select meter_id, direction, quantity, event_at_utc, period_seconds from judged "
        "anti join following using (meter_id) where quarantine_reason is null",
    )
    starts = [
        start
        for (start,) in connection.execute(
            f"select distinct time_bucket(interval {WINDOW_MINUTES} minutes, event_at_utc) as start from sought "
            "order by start"
        ).fetchall()
    ]
    return list(_joined(starts))


def keep_near(connection: Connection, stretches: Sequence[Stretch]) -> None:
    """Keep events near some stretches, and the last that are known, in the table ``near``.

    These are temporary tables. It reads ``sought``; files far away are skipped. It leaves ``complete``, too: the
    meters of which all events were seen from an instant on.
    """
    if not stretches:
        materialized(connection, "near", KNOWN)
        materialized(connection, "complete", FOLLOWING)
        return
    first = stretches[0][0]
    _keep_longer_and_recent(connection, stretches)
    run_step(connection, "reach")
    ((since, before, after),) = connection.execute(
        f"select min(coalesce(since_utc, {literal(first)} - to_seconds(of_instants))), max(of_periods), "
        "max(greatest(of_periods, of_instants)) from reach"
    ).fetchall()
    most = max(first - since, timedelta(seconds=before)), timedelta(seconds=after)
    materialized(connection, "near", f"{KNOWN} union all by name {_near(stretches, most=most)}")
    start, end = map(literal, stretches[-1])
    later = f"select meter_id from {TABLE} where event_at_utc >= {end}"
    seen = f"select meter_id, {start} from reach where of_periods = 0 and meter_id not in ({later})"
    materialized(connection, "complete", f"{FOLLOWING} union all {seen}")


def _keep_longer_and_recent(connection: Connection, stretches: Sequence[Stretch]) -> None:
    """Keep what says how far near is: longer periods than a batch's own, instants before it."""
    of_meters = "meter_id in (select meter_id from sought)"
    ((least,),) = connection.execute(
        "select min(seconds) from (select max(coalesce(period_seconds, 0)) as seconds from sought group by meter_id)"
    ).fetchall()
    within = " or ".join(between((start - MOST_REACH, end + MOST_REACH)) for start, end in stretches)
    materialized(
        connection,
        "longer",
        f"select meter_id, max(period_seconds) as seconds from {TABLE} "
        f"where quantity = 'energy' and period_seconds > {least} and ({within}) and {of_meters} group by meter_id",
    )
    # Of several stretches, what is shortly before the first says nothing of the others.
    shortly = between((stretches[0][0] - LOOK_BACK, stretches[0][1])) if len(stretches) == 1 else "false"
    materialized(
        connection,
        "recent",
        f"select meter_id, direction, quantity, event_at_utc from {TABLE} "
        f"where quantity <> 'energy' and {shortly} and {of_meters}",
    )


def between(stretch: Stretch) -> str:
    """Write the condition that an event is in a stretch, which skips files."""
    return f"event_at_utc >= {literal(stretch[0])} and event_at_utc < {literal(stretch[1])}"


def _near(stretches: Sequence[Stretch], *, most: tuple[timedelta, timedelta]) -> str:
    """Write the query of the events near some stretches, each as far as its meter's reach."""
    names, reach = f"{listed(TABLE)}, false as is_known", "to_seconds(if(quantity = 'energy', of_periods, of_instants))"
    return " union all ".join(
        f"select {names} from (select * from {TABLE} where {between((start - most[0], end + most[1]))}) "
        f"inner join reach using (meter_id) where event_at_utc < {literal(end)} + {reach} and event_at_utc >= "
        f"if(quantity = 'energy' or since_utc is null, {literal(start)} - {reach}, since_utc)"
        for start, end in stretches
    )


def _joined(starts: Sequence[datetime]) -> Iterator[Stretch]:
    """Join windows that are close, or more where there would be too many stretches."""
    gaps = sorted((later - earlier for earlier, later in pairwise(starts)), reverse=True)
    widest = max([BETWEEN, *gaps[MOST_STRETCHES:][:1]])
    begin = None
    for start, following in zip(starts, [*starts[1:], None], strict=False):
        begin = begin or start
        if following is None or following - start > widest:
            yield begin, start + WINDOW
            begin = None
