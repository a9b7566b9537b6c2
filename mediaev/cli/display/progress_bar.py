"""Progress: a bar with rate and time left on a terminal, or JSON lines for programs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from mediaev.actions.progress import Progress
from mediaev.cli.choices import Choices
from mediaev.cli.display.output import message, note

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

STAGES = {
    "walk": "Looking for files",
    "examine": "Examining",
    "index": "Indexing",
    "compare": "Comparing",
    "cluster": "Clustering",
    "list": "Reading a list",
    "lists": "Searching lists",
    "records": "Reading records",
    "audit": "Reading what the log knows",
    "audit-others": "Reading other files",
}
_PAUSE = 0.2
"""Seconds between JSON lines of one stage."""


class Display(Protocol):
    """Something that listens to progress."""

    def __call__(self, progress: Progress) -> None:
        """Take in how far the action has come."""

    def aside(self) -> AbstractContextManager[None]:
        """Make room on the terminal while results are printed."""


@contextmanager
def progress_display(choices: Choices) -> Iterator[Display]:
    """Show the progress of what runs inside, in the way that the user chose."""
    if choices.progress == "json":
        yield Warned(choices, JsonLines())
    elif choices.progress == "auto" and not choices.quiet and sys.stderr.isatty():
        bar = Bar()
        try:
            yield Warned(choices, bar)
        finally:
            bar.stop()
    else:
        yield Warned(choices, Silence())


class Warned:
    """Prints warnings, and leaves all else to another display."""

    def __init__(self, choices: Choices, display: Display) -> None:
        self._choices = choices
        self._display = display

    def __call__(self, progress: Progress) -> None:
        """Print a warning, or show a step."""
        if not progress.warning:
            self._display(progress)
            return
        with self._display.aside():
            note(self._choices, progress.warning)

    def aside(self) -> AbstractContextManager[None]:
        """Make room on the terminal while results are printed."""
        return self._display.aside()


class Silence:
    """Shows nothing."""

    def __call__(self, progress: Progress) -> None:
        """Take no notice."""

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Nothing is in the way."""
        yield


class JsonLines(Silence):
    """One JSON object a line on standard error, a few a second and the last of each stage."""

    def __init__(self) -> None:
        self._stage = ""
        self._told = 0.0

    def __call__(self, progress: Progress) -> None:
        """Print a line if the stage is new or done, or a while has passed."""
        now = time.monotonic()
        done = progress.done == progress.total
        if progress.stage == self._stage and not done and now < self._told + _PAUSE:
            return
        self._stage, self._told = progress.stage, now
        document = {
            "type": "progress",
            "stage": progress.stage,
            "done": progress.done,
            "total": progress.total or None,
            "note": progress.note or None,
        }
        message(json.dumps(document))


class Bar:
    """One line on the terminal: stage, bar, how many, how fast, how long still, what now."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
        )
        from rich.progress import Progress as Bars
        from rich.table import Column

        def text(form: str, column: Column | None = None) -> TextColumn:
            return TextColumn(form, markup=False, table_column=column)

        self._bars = Bars(
            SpinnerColumn(),
            text("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            text("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            text("{task.fields[note]}", Column(no_wrap=True, overflow="ellipsis", ratio=1)),
            console=Console(stderr=True, markup=False, highlight=False, emoji=False),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            expand=True,
        )
        self._stage = ""
        self._began = 0.0
        self._bars.start()

    def __call__(self, progress: Progress) -> None:
        """Show one more step; a new stage takes the place of the last one."""
        if progress.stage != self._stage:
            self._stage, self._began = progress.stage, time.monotonic()
            for task in self._bars.task_ids:
                self._bars.remove_task(task)
            name = STAGES.get(progress.stage, progress.stage)
            self._bars.add_task(name, total=None, rate="", note="")
        took = time.monotonic() - self._began
        self._bars.update(
            self._bars.task_ids[0],
            total=progress.total or None,
            completed=progress.done,
            rate=f"{progress.done / took:.1f}/s" if took > 1 else "",
            note=progress.note.rpartition("/")[2],
        )

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away while results are printed."""
        self._bars.stop()
        try:
            yield
        finally:
            self._bars.start()

    def stop(self) -> None:
        """Take the bar away for good."""
        self._bars.stop()
