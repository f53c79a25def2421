"""Find what makes the rows of a SELECT depend on when, or how often, it runs.

A full build would not equal an incremental one.
"""

from collections.abc import Iterator

CLOCKS = frozenset({"now", "get_current_timestamp", "transaction_timestamp", "current_localtimestamp"})
"""The functions of the clock that sqlglot has no class for."""


def faults_of_time(sql: str) -> Iterator[tuple[str, str]]:
    """Give each use of the clock or of chance, as it is written, and what is wrong with it."""
    import sqlglot
    from sqlglot import exp

    clocks = (exp.CurrentDate, exp.CurrentDatetime, exp.CurrentTime, exp.CurrentTimestamp, exp.Localtime)
    for node in sqlglot.parse_one(sql, dialect="duckdb").walk():
        name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
        is_age_today = name == "age" and len(node.expressions) == 1
        if isinstance(node, (*clocks, exp.Localtimestamp)) or name in CLOCKS or is_age_today:
            written = name or node.key.removeprefix("current").removeprefix("local")
            yield written, "the clock is asked here, and a table must not depend on when it is built"
        elif isinstance(node, exp.TableSample):
            yield "sample", "a sample has other rows each time. Choose rows by what they hold"
