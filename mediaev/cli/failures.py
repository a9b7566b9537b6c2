"""Failures: what to say when a command did not come to its end, and its exit code."""

from __future__ import annotations

from dataclasses import dataclass

import click

from mediaev.cli.display.output import LostOutputError
from mediaev.errors import InterruptedRunError, MediaevError, MissingProgramError, UsageError

DEFECT = 70
"""Exit code when mediaev itself failed (EX_SOFTWARE of sysexits.h)."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a person is told, and what a program sees."""

    message: str
    advice: str
    code: int
    unexpected: bool = False
    """Whether the place where it arose is worth knowing."""


def explain(error: BaseException) -> Explanation:
    """The explanation of any exception; no traceback is part of it."""
    match error:
        case KeyboardInterrupt() | click.Abort():
            return Explanation(
                "interrupted: what was finished is kept",
                InterruptedRunError.default_advice,
                InterruptedRunError.exit_code,
            )
        case MediaevError():
            return Explanation(f"error: {error.message}", error.advice, error.exit_code)
        case click.UsageError():
            path = error.ctx.command_path if error.ctx else "mediaev"
            advice = f"See `{path} --help` for an example."
            # Click lists what can be chosen one a line.
            says = error.format_message().replace("\n\t", " ")
            return Explanation(f"error: {says}", advice, UsageError.exit_code)
        case LostOutputError():
            return Explanation(f"error: {error}", "Check where the output goes.", DEFECT)
    return _unexpected(error)


def _unexpected(error: BaseException) -> Explanation:
    if isinstance(error, ImportError) and not (error.name or "").startswith("mediaev"):
        return Explanation(
            f"error: a library cannot be loaded: {error}",
            "Run `mediaev doctor` to see what is missing, then install mediaev again.",
            MissingProgramError.exit_code,
            unexpected=True,
        )
    if isinstance(error, MemoryError):
        advice = "Close other programs, then run the same command again."
        return Explanation("error: the memory ran out", advice, DEFECT)
    return Explanation(
        f"error: unexpected {type(error).__name__}: {str(error)[:500]}",
        "This is a defect of mediaev; please report it. With -vv the command says where it lies.",
        DEFECT,
        unexpected=True,
    )
