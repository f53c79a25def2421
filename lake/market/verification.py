"""Verification: the ledger's hashes are computed anew from its rows, and each link from the one before it."""

from collections.abc import Iterator
from datetime import datetime

from lake.connection import Connection
from lake.contracts import columns
from lake.gold import ONE_DAY, within
from lake.market.chain import NOTHING_BEFORE, NOTHING_LEFT, link_hash
from lake.market.clearing import hash_slots

OUTCOME = [name for name in columns("gold.settled_position") if name not in {"settlement_id", "entry"}]
TRADE = [name for name in columns("gold.settled_trade") if name not in {"settlement_id", "entry"}]
SLOT = (
    "period_start_utc", "buy_micro_eur_per_kwh", "sell_micro_eur_per_kwh", "fee_micro_eur_per_kwh", "supply_wh",
    "demand_wh",
)  # fmt: skip


def broken_links(connection: Connection) -> Iterator[str]:
    """What is not as it was booked, a sentence each; nothing where the ledger is whole.

    Args:
        connection: with the lake as its current database.
    """
    previous = NOTHING_BEFORE
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
        yield from (f"{name}: {said}" for said in _broken_slots(connection, settlement_id, day))
        if sha256 != link_hash(said_before, day.date(), terms, _slots(connection, settlement_id, day)):
            yield f"{name}: its hash is not that of its slots and terms."
        previous = sha256


def _slots(connection: Connection, settlement_id: int, day: datetime) -> list[str]:
    """The slots of a link as its hash has them."""
    found = connection.execute(
        f"""
        select concat_ws('|', period_start_utc, version, sha256) from gold.settled_slot
        where settlement_id = {settlement_id} and {within((day, day + ONE_DAY))} order by period_start_utc
        """
    ).fetchall()
    return [slot for (slot,) in found]


def _broken_slots(connection: Connection, settlement_id: int, day: datetime) -> Iterator[str]:
    """The slots of a link whose rows, booked or taken back, do not have the hash that they should have."""
    of_link = f"settlement_id = {settlement_id} and {within((day, day + ONE_DAY))}"
    booked = f"select *, sha256 as expected from gold.settled_slot where {of_link}"
    before = f"""
        select old.*, old.sha256 as expected
        from gold.settled_slot as old
        inner join (select period_start_utc, version - 1 as version from gold.settled_slot where {of_link}) as new
            using (period_start_utc, version)
        where old.{within((day, day + ONE_DAY)).replace(" and ", " and old.")}
    """
    for entry, slots, what in ((1, booked, "what was booked"), (-1, before, "what was taken back")):
        wrong = _wrong_slots(connection, of_link, entry, slots)
        if wrong:
            listed = ", ".join(f"{slot:%H:%M}" for slot in wrong)
            yield f"{what} in the slots {listed} UTC is not what the hashes say."


def _wrong_slots(connection: Connection, of_link: str, entry: int, slots: str) -> list[datetime]:
    connection.execute(f"create or replace temp table expected as {slots}")
    connection.execute(f"create or replace temp table slot as select {', '.join(SLOT)} from expected")
    for name, table, kept in (("outcome", "gold.settled_position", OUTCOME), ("trade", "gold.settled_trade", TRADE)):
        signed = ", ".join(
            f"{name} * entry as {name}" if name.endswith(("_wh", "_micro_eur")) else name for name in kept
        )
        connection.execute(
            f"create or replace temp table {name} as select {signed} from {table} where {of_link} and entry = {entry}"
        )
    hash_slots(connection)
    wrong = connection.execute(
        f"""
        select coalesce(expected.period_start_utc, found.period_start_utc)
        from expected
        full join (
            select slot.period_start_utc, coalesce(slot_hash.sha256, '{NOTHING_LEFT}') as sha256
            from slot left join slot_hash using (period_start_utc)
            union all
            select distinct period_start_utc, 'no slot' from outcome anti join slot using (period_start_utc)
        ) as found using (period_start_utc)
        where found.sha256 is distinct from expected.expected
        order by all
        """
    ).fetchall()
    return [slot for (slot,) in wrong]
