"""Verify the ledger: compute its hashes from the rows, each link's from the one before."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from wattlake.lake.build.gold import stretches
from wattlake.lake.contracts import amounts, columns
from wattlake.lake.market.chain import NOTHING_BEFORE, NOTHING_LEFT, link_hash
from wattlake.lake.market.clearing import Cleared, hash_slots, parts
from wattlake.lake.quality.written import within
from wattlake.lake.sql import Connection

OUTCOMES, TRADES = "gold.settled_position", "gold.settled_trade"
"""The booked rows that a slot's hash is made of."""

SLOT = (
    "period_start_utc", "buy_eur_per_kwh", "sell_eur_per_kwh", "fee_eur_per_kwh", "supply_kwh",
    "demand_kwh", "sha256",
)  # fmt: skip
SAID = {1: "what was booked", -1: "what was taken back"}
"""The rows of an entry, as a person is told."""


def broken_links(connection: Connection) -> Iterator[str]:
    """Tell which links are not as they were booked, a sentence for each fault.

    There is none where the ledger is whole.

    Args:
        connection: with the lake as its current database.
    """
    previous = NOTHING_BEFORE
    wrong, slots = _wrong_slots(connection), _slots(connection)
    links = connection.execute(
        "select settlement_id, period_start_utc, terms, sha256, previous_sha256 from ops.settlement "
        "order by settlement_id"
    ).fetchall()
    for number, (settlement_id, day, terms, sha256, said_before) in enumerate(links, 1):
        name = f"Link {settlement_id}, of {day:%Y-%m-%d}"
        if settlement_id != number:
            yield f"{name}: it should be link {number}, so one is missing or there twice."
        if said_before != previous:
            yield f"{name}: it does not follow the link before it."
        for entry, words in SAID.items():
            if wrong_slots := wrong.get((settlement_id, entry)):
                listed = ", ".join(_told(slot, day.date()) for slot in sorted(wrong_slots))
                yield f"{name}: {words} in the slots {listed} UTC is not what the hashes say."
        if sha256 != link_hash(said_before, day.date(), terms, slots.get(settlement_id, [])):
            yield f"{name}: its hash is not that of its slots and terms."
        previous = sha256


def _told(slot: datetime, day: date) -> str:
    return f"{slot:%H:%M}" if slot.date() == day else f"{slot:%Y-%m-%d %H:%M}"


def _slots(connection: Connection) -> dict[int, list[str]]:
    """List the slots of each link in the form that its hash is made of."""
    return dict(
        connection.execute(
            """
            select settlement_id, list(concat_ws('|', period_start_utc, version, sha256) order by period_start_utc)
            from gold.settled_slot group by settlement_id
            """
        ).fetchall()
    )


def _wrong_slots(connection: Connection) -> dict[tuple[int, int], set[datetime]]:
    """Find the slots whose rows have another hash than booked, by link and entry.

    Many days are hashed at once, each slot once in a round: all first versions, then what was taken back of them, then
    all second versions.
    """
    expected = _expected(connection)
    wrong = defaultdict(set)
    for settlement_id, entry, slot in _strays(connection, expected):
        wrong[settlement_id, entry].add(slot)
    every_day = f"select distinct cast(period_start_utc as date) from {expected}"
    days = {day for (day,) in connection.execute(every_day).fetchall()}
    for window in (part for stretch in stretches(days) for part in parts(connection, stretch, OUTCOMES)):
        rounds = connection.execute(
            f"select distinct version, entry from {expected} where {within(window)} order by all"
        ).fetchall()
        for version, entry in rounds:
            booked = _booked(connection, expected, version, f"entry = {entry} and {within(window)}")
            for settlement_id, slot in _differing(connection, booked):
                wrong[settlement_id, entry].add(slot)
    return wrong


def _expected(connection: Connection) -> str:
    """Make a table of each link's slots with their hashes, booked and taken back.

    Returns:
        Its name.
    """
    connection.execute(
        f"""
        create or replace temp table expected as
        select settlement_id, 1 as entry, version, {", ".join(SLOT)} from gold.settled_slot
        union all
        select new.settlement_id, -1, old.version, {", ".join(f"old.{name}" for name in SLOT)}
        from gold.settled_slot as old
        inner join gold.settled_slot as new
            on old.period_start_utc = new.period_start_utc and old.version = new.version - 1
        """
    )
    return "expected"


def _strays(connection: Connection, expected: str) -> list[tuple[int, int, datetime]]:
    """Find the link, entry and slot of rows that no slot of their link asks for."""
    keys = " union ".join(f"select settlement_id, entry, period_start_utc from {table}" for table in (OUTCOMES, TRADES))
    return connection.execute(
        f"from ({keys}) anti join {expected} using (settlement_id, entry, period_start_utc)"
    ).fetchall()


def _booked(connection: Connection, expected: str, version: int, condition: str) -> Cleared:
    """Read a version's booked rows of some slots, signs as at first; return the relations."""
    booked = Cleared(slot="booked_slot", outcome="booked_outcome", trade="booked_trade")
    connection.execute(
        f"create or replace temp table {booked.slot} as from {expected} where version = {version} and {condition}"
    )
    for name, table in ((booked.outcome, OUTCOMES), (booked.trade, TRADES)):
        kept = ", ".join(
            f"{column} * entry as {column}" if column in amounts(table) else column for column in columns(table)
        )
        connection.execute(
            f"""
            create or replace temp view {name} as
            select {kept} from {table} semi join {booked.slot} using (settlement_id, period_start_utc) where {condition}
            """
        )
    return booked


def _differing(connection: Connection, booked: Cleared) -> list[tuple[int, datetime]]:
    """Find the link and slot of booked rows that do not have the hash they should have."""
    slot_hash = hash_slots(connection, booked)
    return connection.execute(
        f"""
        select slot.settlement_id, slot.period_start_utc
        from {booked.slot} as slot left join {slot_hash} as slot_hash using (period_start_utc)
        where coalesce(slot_hash.sha256, '{NOTHING_LEFT}') is distinct from slot.sha256
        """
    ).fetchall()
