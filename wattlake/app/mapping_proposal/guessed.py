"""A guess at a mapping while it is made."""

from dataclasses import dataclass, field


class NoProposalError(ValueError):
    """The file's head does not say enough to propose a mapping."""


@dataclass
class Guess:
    """The keys of a mapping as ``table.key``, and remarks on those that could not be seen for certain."""

    keys: dict[str, object] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)

    def set(self, key: str, value: object, remark: str = "") -> None:
        """Note a key, and what its user should know of it."""
        self.keys[key] = value
        if remark:
            self.remarks[key] = remark

    def text(self, key: str) -> str:
        """The text of a key; empty where it is not there."""
        return str(self.keys.get(key, ""))
