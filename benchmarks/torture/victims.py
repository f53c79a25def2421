"""Victims: processes that check a lake and do a work, until a plug is pulled."""

from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from benchmarks.torture.points import Point, arm, die
from benchmarks.torture.processes import await_end, start, warm
from benchmarks.torture.promises import broken_promises, content
from benchmarks.torture.works import WORKS
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

HANGS_AFTER_SECONDS = 300


@dataclass(frozen=True)
class Plug:
    """When to kill: at a point of the work, or after some seconds."""

    point: Point | None = None
    after_seconds: float | None = None

    @property
    def name(self) -> str:
        """For people."""
        return self.point.name if self.point else "at a random moment"


@dataclass(frozen=True)
class Ended:
    """How a process ended: what it found broken before it began, and the content it left."""

    was_killed: bool
    said: list[str]
    content: dict[str, str]


def in_a_process(settings: Settings, folder: Path, number: int, plug: Plug | None = None) -> Ended:
    """Check the lake, then do a work in a process of its own; with a plug, until that is pulled."""
    context = warm()
    here, there = context.Pipe()
    point = plug.point if plug else None
    process = context.Process(target=_check_and_work, args=(there, settings, folder, number, point))
    start(process)
    there.close()
    faults = _received(here)
    if plug and plug.after_seconds is not None and faults is not None:
        await_end(process, plug.after_seconds)
        process.kill()
    content = _received(here)
    code = await_end(process, HANGS_AFTER_SECONDS)
    if code is None:
        process.kill()
        return Ended(False, [f"it hung for {HANGS_AFTER_SECONDS} s"], {})
    was_killed = code == -9
    if faults is None or not (was_killed or code == 0) or (was_killed and plug is None):
        faults = [*(faults or []), f"its process ended with {code}"]
    return Ended(was_killed, faults, content or {})


def _check_and_work(pipe: Pipe, settings: Settings, folder: Path, number: int, point: Point | None) -> None:
    lake = Lake(settings)
    pipe.send(broken_promises(lake) if number else [])
    if point:
        arm(point)
    WORKS[number].do(lake, folder)
    if point and point.at == "end":
        die()
    pipe.send(content(lake, WORKS[number].changes))


def _received(pipe: Pipe) -> Any:  # noqa: ANN401
    """What the other end sends; nothing where it ends before."""
    if not pipe.poll(HANGS_AFTER_SECONDS):
        return None
    try:
        return pipe.recv()
    except (EOFError, ConnectionResetError):
        return None
