"""What a worker may not do: outlive its parent, use more than its limits, reach outside.

The limits are the kernel's. The audit hook is a second fence: it stops Python code and the
libraries that go through Python, not machine code that a hostile file smuggles in.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from mediaev.ports import Limits

_PR_SET_PDEATHSIG = 1
_OPEN_FILES = 64
_LOCAL_FAMILIES = {1}  # AF_UNIX
_STARTS_OR_REACHES_OUT = (
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
    "pty.spawn",
    "subprocess.Popen",
    "socket.bind",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.sendto",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.kill",
    "os.killpg",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the one that started it ends (Linux)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to decide
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def close_doors() -> None:
    """Forbid, for good: files that grow, core dumps, network, programs, changes to files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    sys.addaudithook(_refuse)


def limit(limits: Limits) -> None:
    """Set the CPU seconds and the memory that this process may use from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + limits.cpu_seconds) + 1
    _soft(resource.RLIMIT_CPU, seconds)
    if size := _address_space():
        _soft(resource.RLIMIT_AS, size + limits.memory_bytes)


def lift() -> None:
    """Between two tasks: room to hand over the result, whatever the last limits were."""
    _soft(resource.RLIMIT_CPU, resource.RLIM_INFINITY)
    _soft(resource.RLIMIT_AS, resource.RLIM_INFINITY)


def _soft(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = hard if value == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, hard))


def _address_space() -> int:
    """Bytes of address space in use; 0 where the system does not say (not Linux)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: raise for what a decoder has no business to do."""
    if event == "open":
        flags = arguments[2]
        if isinstance(flags, int) and flags & _WRITING:
            raise PermissionError("a worker writes no files")
    elif event == "socket.__new__":
        if arguments[1] not in _LOCAL_FAMILIES:
            raise PermissionError("a worker opens no network connection")
    elif event in _STARTS_OR_REACHES_OUT:
        raise PermissionError(f"a worker may not do this: {event}")
