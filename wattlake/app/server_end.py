"""A script that ends a process once the one that started this script is gone.

It does so however that one went, and is run with the process's id. A program that is killed with SIGKILL can end
nothing itself. But the system closes its end of the pipe that is this script's standard input, on Linux and macOS
alike.
"""

import contextlib
import os
import signal
import sys
import time

PATIENCE_SECONDS = 5.0


def end_after_standard_input(process_id: int) -> None:
    """Wait for standard input to end, then end the process: ask first, kill after 5 s.

    Args:
        process_id: of the process to end; where it is gone by then, nothing happens.
    """
    handle = os.pidfd_open(process_id) if hasattr(os, "pidfd_open") else None

    def send(sign: int) -> None:
        if handle is None:
            os.kill(process_id, sign)
        else:  # A number may be another process's by then, a handle never is.
            signal.pidfd_send_signal(handle, sign)

    sys.stdin.buffer.read()
    with contextlib.suppress(ProcessLookupError):
        send(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            send(0)
            time.sleep(0.1)
        send(signal.SIGKILL)


if __name__ == "__main__":
    with contextlib.suppress(ProcessLookupError):
        end_after_standard_input(int(sys.argv[1]))
