"""Let a SELECT read other relations in place of tables, such as tables as they would be."""

from collections.abc import Mapping


def with_relations(sql: str, relations: Mapping[str, str]) -> str:
    """Put relations in the place of tables that a SELECT reads, on its tree.

    Args:
        sql: the SELECT, its parameters filled in.
        relations: by table that it reads, the relation to read instead.

    Raises:
        ValueError: the SELECT does not read one of the tables.
    """
    if not relations:
        return sql
    import sqlglot  # Who asks for no such SELECT does not wait for it.
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, dialect="duckdb")
    replaced = set()
    for table in list(tree.find_all(exp.Table)):
        name = f"{table.db}.{table.name}"
        if name in relations:
            table.replace(exp.alias_(exp.to_table(relations[name], dialect="duckdb"), table.alias_or_name, table=True))
            replaced.add(name)
    if missing := relations.keys() - replaced:
        raise ValueError(f"The SELECT does not read {', '.join(sorted(missing))}: {sql[:80]}")
    return tree.sql(dialect="duckdb")
