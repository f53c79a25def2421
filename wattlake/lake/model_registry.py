"""The registry of models: each is a file named by its hash, and a row of ``ops.model``.

The row says what the model is and whether it serves. Rows are only ever added. A model that was promoted serves every
forecast issued from then on, until another is; so the model of any time in the past is known, too.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import zstandard

from wattlake.lake.contracts import columns, listed
from wattlake.lake.errors import told
from wattlake.lake.sql import Connection, literal, scalar
from wattlake.lake.store.files import Storage

TABLE = "ops.model"
FOR_EVER = datetime.max  # noqa: DTZ901 – as the lake stores instants
UNTIL_THEN = "`wattlake train` makes a new one; until then plain forecasters serve."


@dataclass(frozen=True)
class Registered:
    """A model's row of ``ops.model``.

    It has the model's number, target and forecaster, what its forecasts need to be told, and where it is.
    """

    model_id: int
    target: str
    forecaster: str
    known_until_utc: datetime
    issue_hour: int
    late_slots: int
    parameters: Mapping[str, Any]
    metrics: Mapping[str, Any]
    artifact_path: str
    sha256: str


def store(storage: Storage, target: str, content: str) -> tuple[str, str]:
    """Write a model's file; give its path below the lake's data folder, and its hash."""
    plain = content.encode()
    sha256 = hashlib.sha256(plain).hexdigest()
    path = f"models/{target}/{sha256}.json.zst"
    storage.write(path, zstandard.compress(plain))
    return path, sha256


def add(connection: Connection, row: Mapping[str, Any]) -> int:
    """Add a model's row, within the caller's transaction; give its number.

    Args:
        connection: in a transaction, with the lake as its current database.
        row: of ``ops.model``, but for the number; mappings and lists are stored as JSON.
    """
    model_id = scalar(connection, f"select coalesce(max(model_id), 0) + 1 from {TABLE}")
    whole = {**row, "model_id": model_id}
    values = [
        json.dumps(value, sort_keys=True) if isinstance(value := whole[name], dict | list) else value
        for name in columns(TABLE)
    ]
    marks = ", ".join("?" for _ in values)
    connection.execute(f"insert into {TABLE} ({listed(TABLE)}) values ({marks})", values)
    return int(model_id)


def champion(connection: Connection, target: str, known_until: datetime) -> Registered | None:
    """Find the model that serves forecasts of a target issued at a time.

    It is the newest promoted one that knew nothing later.

    Args:
        connection: with the lake as its current database.
        target: consumption, production or price.
        known_until: the time of issue, UTC without an offset.
    """
    names = ", ".join(Registered.__dataclass_fields__)
    row = connection.execute(
        f"""
        select {names} from {TABLE}
        where target = {literal(target)} and status = 'promoted' and known_until_utc <= {literal(known_until)}
        order by known_until_utc desc, model_id desc limit 1
        """
    ).fetchone()
    if row is None:
        return None
    model = Registered(*row)
    return replace(model, **{name: json.loads(str(getattr(model, name))) for name in ("parameters", "metrics")})


def unreadable(connection: Connection, storage: Storage) -> Iterator[str]:
    """Describe each serving model whose file is missing or damaged, in a sentence."""
    targets = connection.execute(f"select distinct target from {TABLE} order by target").fetchall()
    for (target,) in targets:
        model = champion(connection, target, FOR_EVER)
        if model is None:
            continue
        try:
            content(storage, model)
        except FileNotFoundError:
            yield f"The model at {model.artifact_path} that serves {target} is not there. {UNTIL_THEN}"
        except (OSError, ValueError) as error:
            yield f"{told(error)} {UNTIL_THEN}"


def content(storage: Storage, model: Registered) -> str:
    """Read a model as it was stored.

    Raises:
        ValueError: its file is not what was stored.
        OSError: it is not there, or cannot be read.
    """
    try:
        plain = zstandard.decompress(storage.read(model.artifact_path))
    except zstandard.ZstdError as error:
        raise ValueError(
            f"The model at {model.artifact_path} cannot be unpacked ({error}). Train a new one."
        ) from error
    sha256 = hashlib.sha256(plain).hexdigest()
    if sha256 != model.sha256:
        raise ValueError(
            f"The model at {model.artifact_path} has the hash {sha256}, expected {model.sha256}: it was changed since "
            "it was stored. Train a new model."
        )
    return plain.decode()
