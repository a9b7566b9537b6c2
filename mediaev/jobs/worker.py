"""The child's side: take a function and an open file, return what it makes of it.

Started as `python -P -c "…worker.main(…)"`, not by multiprocessing, so that nothing of the
caller's `__main__` runs again and the evidence's folder is never searched for modules.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

from mediaev.jobs import confine
from mediaev.jobs.serial import attempt
from mediaev.jobs.wire import LENGTH, frame
from mediaev.ports import Failure, Limits


def main(parent: int, channel: int, loading: str = "") -> None:
    """Serve the parent over the inherited socket until it hangs up.

    `loading` names a module that its tasks will need, loaded while it waits for the first.
    """
    confine.die_with_parent(parent)
    threading.Thread(target=_watch_parent, daemon=True).start()
    with socket.socket(fileno=channel) as sock:
        confine.close_doors()
        if loading:
            # What is missing is told by the first task that needs it.
            with contextlib.suppress(Exception):
                importlib.import_module(loading)
        while (task := _next_task(sock)) is not None:
            _answer(sock, *task)


def _watch_parent() -> NoReturn:
    """End this process when the parent is gone: standard input is a pipe only it holds."""
    while os.read(0, 1):
        pass
    os._exit(1)


def _next_task(sock: socket.socket) -> tuple[bytes, Limits, int] | None:
    """The pickled function, the limits and the open file of the next task."""
    head, fds, _, _ = socket.recv_fds(sock, LENGTH.size, 1)
    if len(head) < LENGTH.size or not fds:
        return None
    (length,) = LENGTH.unpack(head)
    body = sock.recv(length, socket.MSG_WAITALL)
    function, limits = pickle.loads(body)  # noqa: S301  (the parent is trusted)
    return function, limits, fds[0]


def _answer(sock: socket.socket, function: bytes, limits: Limits, fd: int) -> None:
    """Do one task and send the result, or the Failure."""
    try:
        result = _work(function, limits, fd)
        packed = frame(result)
    except MemoryError:
        packed = frame(Failure("memory", "Its result did not fit into memory."))
    except Exception as error:  # noqa: BLE001  (a result that cannot be pickled)
        packed = frame(Failure("error", f"Its result cannot be handed over: {error}"[:500]))
    finally:
        os.close(fd)
    confine.lift()
    sock.sendall(packed)


def _work(function: bytes, limits: Limits, fd: int) -> Any:
    # Loading the function imports the decoders: before the limits are set, or the
    # libraries themselves would count as the task's memory.
    try:
        call: Callable[[int], Any] = pickle.loads(function)  # noqa: S301
    except Exception as error:  # noqa: BLE001
        return Failure("error", f"The function cannot be loaded in a worker: {error}"[:500])
    confine.limit(limits)
    return attempt(call, fd)


def command(parent: int, channel: int, loading: str = "") -> list[str]:
    """The command line that starts a worker for the socket `channel`."""
    paths = [os.path.abspath(path) for path in sys.path if path]  # noqa: PTH100
    code = f"import sys; sys.path[:] = {paths!r}; "
    code += f"from mediaev.jobs.worker import main; main({parent}, {channel}, {loading!r})"
    return [sys.executable, "-P", "-B", "-c", code]
