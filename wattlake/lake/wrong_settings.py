"""Write the errors of settings as sentences."""

from collections.abc import Collection

from pydantic import ValidationError


def sentences(error: ValidationError, *, hidden: Collection[str]) -> str:
    """Say what is wrong with each setting; repeat no value of those that may hold a secret."""
    faults = []
    for wrong in error.errors(include_url=False):
        name = str(wrong["loc"][0])
        variable = f"WATTLAKE_{'__'.join(map(str, wrong['loc'])).upper()}"
        value = "" if name in hidden else f" is `{wrong['input']}`"
        faults.append(f"{variable}{value}: {wrong['msg'].removeprefix('Value error, ')}")
    return "; ".join(faults)
