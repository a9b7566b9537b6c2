"""Output: results to standard output, messages to standard error, nothing that can deceive."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from mediaev.cli.choices import Choices
from mediaev.cli.display.wording import said


class ClosedOutputError(Exception):
    """Whoever read the output has gone, as `head` does when it has seen enough."""


class LostOutputError(Exception):
    """The output could not be written; the exit code must not say that all went well."""


def line(text: str = "") -> None:
    """Print one line of results; control characters come out as escapes, always."""
    write(f"{said(text)}\n")


def lines(texts: Iterable[str]) -> None:
    """Print lines of results."""
    for text in texts:
        line(text)


def write(text: str) -> None:
    """Write to standard output what is fit to be printed already."""
    try:
        sys.stdout.write(text)
    except OSError as error:
        raise _lost(error) from error


def raw(piece: bytes) -> None:
    """Write bytes to standard output, as they are."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(piece)
    except OSError as error:
        raise _lost(error) from error


def flush() -> None:
    """Hand over what was printed so far."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _lost(error) from error


def json_document(document: Any) -> None:
    """Print one JSON document over several lines."""
    write(json.dumps(document, indent=2, allow_nan=False) + "\n")


def json_line(document: Any) -> None:
    """Print one JSON object on a line of its own, and hand it over at once."""
    write(json.dumps(document, allow_nan=False) + "\n")
    flush()


def document(choices: Choices, found: Any) -> None:
    """Print one JSON document in the form that was asked for."""
    if choices.form == "json":
        json_document(found)
    else:
        json_line(found)


def documents(choices: Choices, name: str, found: Iterable[Any]) -> None:
    """Print JSON objects in the form that was asked for: as one list `name`, or a line each."""
    if choices.form == "json":
        json_document({name: list(found)})
        return
    for each in found:
        json_line(each)


def message(text: str) -> None:
    """Print a line on standard error; if nobody reads it, that is no error."""
    try:
        sys.stderr.write(f"{said(text)}\n")
        sys.stderr.flush()
    except OSError:
        abandon(sys.stderr)


def note(choices: Choices, text: str) -> None:
    """Print a message, unless the user wants it quiet."""
    if not choices.quiet:
        message(f"mediaev: {text}")


def abandon(stream: TextIO) -> None:
    """Let what is still in a stream's buffer go nowhere, rather than fail at exit."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _lost(error: OSError) -> Exception:
    abandon(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return ClosedOutputError()
    return LostOutputError(f"the output could not be written: {error.strerror or error}")
