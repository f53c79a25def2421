"""A guess at a mapping while it is made."""

from dataclasses import dataclass, field


class NoProposalError(ValueError):
    """The error that a file's head does not say enough to propose a mapping."""


@dataclass
class Guess:
    """A mapping's keys, as ``table.key``, with remarks on those that are not certain."""

    keys: dict[str, object] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)

    def set(self, key: str, value: object, remark: str = "") -> None:
        """Note a key, with a remark for the user."""
        self.keys[key] = value
        if remark:
            self.remarks[key] = remark

    def text(self, key: str) -> str:
        """Return the text of a key; empty where it is not there."""
        return str(self.keys.get(key, ""))
