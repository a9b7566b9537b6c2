"""The parent's side of one worker process: its socket, its tasks, its deadline, its death."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections import deque
from typing import Any

from mediaev.jobs.wire import LARGEST_RESULT, LENGTH, frame, plain_value
from mediaev.jobs.worker import command
from mediaev.ports import Failure, Task

_IN_FLIGHT = 2
_CHUNK = 1 << 20
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Cores are shared out among workers, and products as small as ours take longer on two."""
_PICTURE_THREADS = "OPENCV_FOR_THREADS_NUM"


class WorkerHandle:
    """One process at a time that does the tasks it is given in order."""

    def __init__(self, tasks_per_process: int, threads: int = 1, loading: str = "") -> None:
        """`threads`: as many as may work on one picture. `loading`: a module to begin with."""
        self._tasks_per_process = tasks_per_process
        self._environment = _ONE_THREAD | {_PICTURE_THREADS: str(threads)}
        self._loading = loading
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._tasks: deque[tuple[bytes, Task]] = deque()
        self._given = 0
        self._received = bytearray()
        self._gone = False
        self.deadline = 0.0
        """`time.monotonic()` at which the first task has used up its wall-clock time."""

    @property
    def busy(self) -> int:
        """How many tasks it has."""
        return len(self._tasks)

    @property
    def has_room(self) -> bool:
        """Whether it may get another task."""
        return not self._tasks or (len(self._tasks) < _IN_FLIGHT and not self._worn())

    @property
    def channel(self) -> socket.socket:
        """The socket to wait for while it is busy."""
        if self._socket is None:
            raise RuntimeError("the worker has not been started")
        return self._socket

    def submit(self, function: bytes, task: Task) -> None:
        """Hand over one task, to a new process if the old one is gone or has done enough."""
        if not self._tasks and (self._worn() or self._died()):
            self.kill()
        self.start()
        self._tasks.append((function, task))
        if len(self._tasks) == 1:
            self.deadline = time.monotonic() + task.limits.wall_seconds
        self._send(function, task)

    def receive(self) -> None:
        """Take in what has arrived; call when the socket is readable."""
        try:
            data = self.channel.recv(_CHUNK)
        except OSError:
            data = b""
        self._received += data
        self._gone = not data

    def ended(self, now: float) -> list[tuple[Task, Any]]:
        """The tasks that ended, with their results; ends the process when it must."""
        results = []
        while self._tasks and (body := self._next_frame()) is not None:
            results.append((self._finish(now), _value(body)))
        if not self._tasks:
            return results
        if self._oversized():
            results.append(self._condemn(Failure("error", "Its result is absurdly large.")))
        elif self._gone:
            results.append(self._condemn(None))
        elif now > self.deadline:
            seconds = self._tasks[0][1].limits.wall_seconds
            reason = f"It was not done after {seconds:.0f} seconds."
            results.append(self._condemn(Failure("timeout", reason)))
        return results

    def kill(self) -> None:
        """End the process and forget its tasks."""
        self._tasks.clear()
        self._end_process()

    def start(self) -> None:
        """Start the process, unless there is one."""
        if self._process is None:
            self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (this interpreter, our module)
                command(os.getpid(), theirs.fileno(), self._loading),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.PIPE,  # never written to: it breaks when the parent ends
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=os.environ | self._environment,
                process_group=0,
            )
        self._socket, self._given, self._gone = ours, 0, False
        self._received.clear()

    def _send(self, function: bytes, task: Task) -> None:
        message = frame((function, task.limits))
        self._given += 1
        # A worker that died just now shows when its socket is read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            head, body = message[: LENGTH.size], message[LENGTH.size :]
            socket.send_fds(self.channel, [head], [task.fd])
            self.channel.sendall(body)

    def _finish(self, now: float) -> Task:
        _, task = self._tasks.popleft()
        if self._tasks:
            self.deadline = now + self._tasks[0][1].limits.wall_seconds
        return task

    def _next_frame(self) -> bytearray | None:
        if len(self._received) < LENGTH.size:
            return None
        end = LENGTH.size + LENGTH.unpack_from(self._received)[0]
        if len(self._received) < end:
            return None
        body = self._received[LENGTH.size : end]
        del self._received[:end]
        return body

    def _oversized(self) -> bool:
        if len(self._received) < LENGTH.size:
            return False
        return bool(LENGTH.unpack_from(self._received)[0] > LARGEST_RESULT)

    def _condemn(self, failure: Failure | None) -> tuple[Task, Failure]:
        """Fail the first task, end its process and start what waited behind it again."""
        (_, condemned), *waiting = self._tasks
        self._tasks.clear()
        code = self._end_process()
        for function, task in waiting:
            self.submit(function, task)
        return condemned, failure or _death(code)

    def _worn(self) -> bool:
        return self._given >= self._tasks_per_process

    def _died(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def _end_process(self) -> int:
        """Kill the process with all it started, and take up what it left; its exit code."""
        if self._process is None:
            return 0
        if self._socket is not None:
            self._socket.close()
        if self._gone:  # it is ending by itself: its own exit code tells why
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5)
        if self._process.returncode is None:  # else its number may be another's by now
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._process.stdin is not None:
            self._process.stdin.close()
        code = self._process.wait()
        self._process = self._socket = None
        return code


def _value(body: bytearray) -> Any:
    try:
        return plain_value(body)
    except Exception as error:  # noqa: BLE001  (bytes from a process that may be hostile)
        return Failure("error", f"Its result cannot be read: {error}"[:500])


def _death(code: int) -> Failure:
    """Why a process ended by itself, from its exit code."""
    if code == -signal.SIGXCPU:
        return Failure("cpu", "It used up the CPU time it was allowed.")
    if code == -signal.SIGKILL:
        return Failure("memory", "The system killed its process, as it does when memory runs out.")
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return Failure("crashed", f"Its process crashed ({name}).")
    return Failure("crashed", f"Its process ended without a result (exit code {code}).")
