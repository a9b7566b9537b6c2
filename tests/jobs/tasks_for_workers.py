"""Functions that a worker process can import by name, each a way to end a task."""

import ctypes
import os
import socket
import subprocess
from fractions import Fraction
from pathlib import Path

from mediaev.model.fingerprint import Box


def read_all(fd):
    return os.pread(fd, 1 << 20, 0)


def act(fd):
    """Do what the file's text says, so that one run can hold many kinds of tasks."""
    text = os.pread(fd, 4096, 0).decode()
    action, _, argument = text.partition(" ")
    return ACTIONS[action](argument)


def _busy(_):
    while True:
        pass


def _segfault(_):
    ctypes.string_at(0)


def _memory(_):
    return bytes(64 << 30)


def _raise(text):
    raise ValueError(text)


def _write(path):
    Path(path).write_bytes(b"x")


def _grow(path):
    # Past the audit hook, as machine code would: the kernel's limit must hold alone.
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.open(path.encode(), os.O_WRONLY)
    return libc.write(fd, b"x", 1)


def _offset(_):
    return os.getpid()


class _Runs:
    def __reduce__(self):
        return (os.getcwd, ())


ACTIONS = {
    "echo": str,
    "pid": _offset,
    "busy": _busy,
    "segfault": _segfault,
    "abort": lambda _: os.abort(),
    "exit": lambda code: os._exit(int(code)),
    "memory": _memory,
    "raise": _raise,
    "unpicklable": lambda _: lambda: None,
    "hostile-result": lambda _: _Runs(),
    "large": lambda size: bytes(int(size)),
    "values": lambda _: (Fraction(1, 3), Box(0.1, 0.2, 0.3, 0.4), {"a": [1.5, None, "ü"]}),
    "program": lambda _: subprocess.run(["/bin/true"], check=True),
    "network": lambda _: socket.create_connection(("127.0.0.1", 9), 1),
    "write": _write,
    "grow": _grow,
    "say": lambda text: os.write(1, text.encode()) + os.write(2, text.encode()),
}
