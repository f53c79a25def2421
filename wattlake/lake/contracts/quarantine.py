"""The pairs of a silver table and the quarantine that holds the readings set aside from it."""


def quarantine_of(silver: str) -> str:
    """The quarantine of a silver table: ``quarantine.member`` of ``silver.member``.

    Raises:
        ValueError: the name is not that of a silver table.
    """
    return f"quarantine.{_name(silver, 'silver')}"


def silver_of(quarantine: str) -> str:
    """The silver table of a quarantine: ``silver.member`` of ``quarantine.member``.

    Raises:
        ValueError: the name is not that of a quarantine.
    """
    return f"silver.{_name(quarantine, 'quarantine')}"


def _name(table: str, schema: str) -> str:
    if not table.startswith(f"{schema}."):
        raise ValueError(f"`{table}` is not a table of the schema {schema}; expected a name such as {schema}.member.")
    return table.removeprefix(f"{schema}.")
