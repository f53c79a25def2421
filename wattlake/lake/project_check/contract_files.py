"""Check the contracts of a project: each alone, then their names."""

import re
from collections.abc import Iterator

from wattlake.lake.contracts import contracts_of_ours
from wattlake.lake.contracts.of_project import contract_files, read_contract
from wattlake.lake.models.of_project import model_files
from wattlake.lake.project import ProjectFileError, shown
from wattlake.lake.settings import Settings

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def mistakes_in_contracts(_: Settings) -> Iterator[str]:
    """Say what is wrong with the contracts of the project."""
    ours, seen = contracts_of_ours(), dict[str, str]()
    models = {table for table, _ in model_files()}
    for table, path in contract_files():
        file = shown(path)
        try:
            contract = read_contract(table, path)
        except ProjectFileError as error:
            yield from str(error).splitlines()
            continue
        if not NAME.fullmatch(path.stem):
            yield f"{file}:1: `{path.stem}` is no name of a table: small letters, digits and `_`, a letter first."
        if table in ours:
            yield f"{file}:1: `{table}` is a table of Wattlake's own. Give yours another name."
        if table in seen:
            yield f"{file}:1: `{table}` has a contract in {seen[table]}, too. Remove one of the two."
        seen[table] = file
        if table not in models and not table.startswith("bronze."):
            yield f"{file}:1: `{table}` has no model. Write {shown(path.with_suffix('.sql'))}."
        if table.startswith("silver.") and not contract.Config.metadata["table"].key:
            yield f"{file}:1: `{table}` has no key. A silver table has one, by which a correction replaces a row."
