"""The entry of the command line: runs a verb and ends the process with its exit code."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn, TextIO

import click

from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.failures import explain
from mediaev.cli.verbs import verbs
from mediaev.errors import UsageError

CLOSED = 141
"""Exit code when the reader of the output went away, as a shell has it for SIGPIPE."""
_PATIENCE = 2.0
"""Seconds after an interruption in which further ones count as the same."""


def main() -> NoReturn:
    """Run the command line of this process and end it."""
    _occupy_standard_streams()
    _take_interrupts()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its escape instead of an error.
        with contextlib.suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; whatever happens becomes an exit code and a line on standard error."""
    choices = Choices()
    try:
        code = _invoke(arguments, choices)
        output.flush()
    except output.ClosedOutputError:
        return CLOSED
    except click.exceptions.NoArgsIsHelpError as error:
        for line in error.format_message().splitlines():
            output.message(line)
        return UsageError.exit_code
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last resort
        explanation = explain(error)
        if choices.verbosity > 1 and explanation.unexpected:
            for line in "".join(traceback.format_exception(error)).splitlines():
                output.message(line)
        output.message(f"mediaev: {explanation.message}")
        if explanation.advice:
            output.message(f"  {explanation.advice}")
        return explanation.code
    return code


def _invoke(arguments: Sequence[str], choices: Choices) -> int:
    # Not `verbs.main`: click would answer a closed pipe with 1, which here means "not found".
    try:
        with verbs.make_context("mediaev", list(arguments), obj=choices) as context:
            verbs.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    return 0


def _occupy_standard_streams() -> None:
    """Give closed standard descriptors to the null device.

    Otherwise the next file opened would get their number, and what is printed would land in it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or _null()
    sys.stderr = sys.stderr or _null()


def _take_interrupts() -> None:
    """Let Ctrl-C, a request to end and a terminal that closes end the session and sign it.

    A signal that the caller had ignored, as `nohup` does, stays ignored.
    """
    interrupt = _Interrupt()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)


class _Interrupt:
    """Raises KeyboardInterrupt, once for a burst of signals.

    An impatient second one would hit the work of the first: closing and signing.
    """

    def __init__(self) -> None:
        self._last = -math.inf

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if now > self._last + _PATIENCE:
            self._last = now
            raise KeyboardInterrupt


def _null() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - lives to the end
