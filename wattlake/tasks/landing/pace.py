"""When a watch builds: once it is quiet, and once a minute where it never is."""

from dataclasses import dataclass
from time import monotonic

LONGEST_WITHOUT_BUILD_SECONDS = 60.0
"""Where files keep coming, so that it is never quiet, there is a build a minute."""


@dataclass
class Pace:
    """When something came last, and since when something that was landed is not built."""

    quiet_seconds: float
    came_at: float = 0.0
    unbuilt_since: float | None = None

    def came(self, *, is_landed: bool, is_coming: bool) -> None:
        """Note whether something was landed, and whether more is being written."""
        if is_landed or is_coming:
            self.came_at = monotonic()
        if is_landed and self.unbuilt_since is None:
            self.unbuilt_since = monotonic()

    def is_time_to_build(self) -> bool:
        """Say whether it has been quiet for long enough, or has not been quiet for too long."""
        if self.unbuilt_since is None:
            return False
        longest = max(LONGEST_WITHOUT_BUILD_SECONDS, self.quiet_seconds)
        return monotonic() - self.came_at >= self.quiet_seconds or monotonic() - self.unbuilt_since >= longest
