"""A guess at a mapping while it is made, and what its user has said beforehand."""

from dataclasses import dataclass, field

GUIDES_TO_MAPPINGS = "docs/meter-files.md says how, docs/other-files.md for members, prices and weather"


class NoProposalError(ValueError):
    """The error that a file does not say enough to propose a mapping."""


@dataclass(frozen=True)
class Given:
    """What the user says of a file, so that it need not be guessed.

    Attributes:
        zone: the zone where the file does not say one.
        unit: of the energy.
        meter: the column that names the meter.
        values: the columns of what was consumed; several are summed.
        production: the columns of what was produced.
        order: whether dates have the day or the month first, where the rows behind the head say it.
        is_by_steps: whether rows behind the head are further apart, or closer together, than those of the head.
    """

    zone: str
    unit: str = ""
    meter: str = ""
    values: tuple[str, ...] = ()
    production: tuple[str, ...] = ()
    order: str = ""
    is_by_steps: bool = False


@dataclass
class Guess:
    """A mapping's keys, as ``table.key``, with remarks on those that are not certain.

    Attributes:
        keys: with their values.
        remarks: by the key that they stand beside.
        notes: remarks on the file as a whole.
    """

    keys: dict[str, object] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def set(self, key: str, value: object, remark: str = "") -> None:
        """Note a key, with a remark for the user."""
        self.keys[key] = value
        self.remarks.pop(key, None)
        if remark:
            self.remarks[key] = remark

    def drop(self, key: str) -> None:
        """Take a key away again."""
        self.keys.pop(key, None)
        self.remarks.pop(key, None)

    def text(self, key: str) -> str:
        """Return the text of a key; empty where it is not there."""
        return str(self.keys.get(key, ""))
