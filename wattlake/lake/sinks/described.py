"""Read and check the descriptions of sinks: the project's files ``sinks/NAME.toml``."""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from dotenv import dotenv_values
from pydantic import ValidationError

from wattlake.lake import project
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.errors import SinkError

FOLDER = "sinks"
FROM_ENVIRONMENT = re.compile(r"\$\{(\w+)\}")


def read_sinks(names: list[str] | None = None) -> list[Sink]:
    """Read the descriptions of some sinks, or of all.

    Raises:
        SinkError: there is none of a name, or its file is wrong; the error names file and mistake.
    """
    files = {path.stem: path for path in project.files(FOLDER, ".toml")}
    if not files:
        folder = project.PROJECT / FOLDER
        raise SinkError(f"There is no sink: {folder} has no NAME.toml. docs/connect.md says what stands in one.")
    if unknown := sorted(set(names or ()) - files.keys()):
        raise SinkError(f"There is no sink `{unknown[0]}`. There are: {', '.join(files)}.")
    return [read_sink(files[name]) for name in names or files]


def has_sinks() -> bool:
    """Tell whether the project folder describes any sink."""
    return any(project.files(FOLDER, ".toml"))


def read_sink(path: Path, environment: Mapping[str, str | None] | None = None) -> Sink:
    """Read and check one description.

    Args:
        path: of its file.
        environment: what ``${NAME}`` stands for; by default as ``.env`` and the environment say.

    Raises:
        SinkError: it is no TOML, says what no sink has, holds a password, or names a variable that is not set.
    """
    where = f"{FOLDER}/{path.name}"
    try:
        written = tomllib.loads(project.read(path))
    except project.ProjectFileError as error:
        raise SinkError(str(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise SinkError(f"{where} is not TOML: {error}.") from error
    _expect_no_secret(where, written)
    environment = environment or dotenv_values(project.PROJECT / ".env") | os.environ
    try:
        filled = {name: _filled(name, value, environment) for name, value in written.items()}
        return Sink.model_validate(_with_the_lakes_account(filled, environment) | {"name": path.stem})
    except ValidationError as error:
        raise SinkError(f"{where}: {_sentences(error)}.") from None
    except KeyError as missing:
        raise SinkError(
            f"{where} names the variable {missing.args[0]}, which is not set. Set it in the environment or in .env."
        ) from None


def _filled(name: str, value: object, environment: Mapping[str, str | None]) -> object:
    """Fill in what the environment has; in an address encoded, so that any password will do."""

    def of_environment(match: re.Match[str]) -> str:
        value = environment.get(match[1])
        if not value:
            raise KeyError(match[1])
        return value

    if isinstance(value, dict) and name == "options":
        return {key: _filled(key, inner, environment) for key, inner in value.items()}
    if not isinstance(value, str):
        return value
    if name != "address" or FROM_ENVIRONMENT.fullmatch(value):
        return FROM_ENVIRONMENT.sub(of_environment, value)
    return FROM_ENVIRONMENT.sub(lambda match: quote(of_environment(match), safe=""), value)


def _with_the_lakes_account(filled: dict[str, object], environment: Mapping[str, str | None]) -> dict[str, object]:
    """Open Azure Blob as the lake does, where the description does not say how."""
    account = environment.get("WATTLAKE_AZURE_CONNECTION_STRING")
    if account and str(filled.get("address", "")).startswith("az://") and "options" not in filled:
        return filled | {"options": {"connection_string": account}}
    return filled


def _expect_no_secret(where: str, written: Mapping[str, object]) -> None:
    """Refuse a password that stands in the file: files are copied, shown and committed."""
    login = re.match(r"[a-z0-9+]+://[^/@]*:(?P<password>[^@]*)@", str(written.get("address", "")))
    in_query = re.search(r"[?&](?:password|sig|token|key)=(?P<password>[^&]*)", str(written.get("address", "")))
    for given in (login, in_query):
        if given and not FROM_ENVIRONMENT.fullmatch(given["password"]):
            raise SinkError(
                f"The address in {where} holds a password. Write ${{SOME_NAME}} in its place, and set SOME_NAME in the "
                "environment or in .env."
            )
    options = written.get("options")
    for name, value in options.items() if isinstance(options, dict) else ():
        if re.search("(?i)key|secret|token|password|connection_string", name) and not FROM_ENVIRONMENT.search(
            str(value)
        ):
            raise SinkError(f"The option `{name}` in {where} holds a secret. Write ${{SOME_NAME}} in its place.")


def _sentences(error: ValidationError) -> str:
    """Say what is wrong with each entry, and repeat no value."""
    return "; ".join(
        f"`{'.'.join(map(str, wrong['loc']))}`: {wrong['msg'].removeprefix('Value error, ')}"
        for wrong in error.errors(include_url=False, include_input=False)
    )
