"""The options of verbs that draw a sheet: where to, and how."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from mediaev.actions.sheet_file import require_place
from mediaev.actions.sheets import SheetOptions
from mediaev.cli.display import output
from mediaev.cli.options import Choices
from mediaev.errors import UsageError
from mediaev.model.digest import Digest
from mediaev.model.exhibit import shown


def sheet_options(function: Callable[..., int]) -> Callable[..., int]:
    """Declare `--sheet` and what goes with it; they come as `sheet`, `force`, `blur`, `film`."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--sheet",
        metavar="FILE.png",
        help="Also draw the match as a picture for people: frames side by side, where they lie in "
        "each other, what differs, and all figures. Frames are shown as they are, which may be "
        "hard to see; --blur softens them.",
    ),
    click.option("--force", is_flag=True, help="Let --sheet replace an earlier sheet."),
    click.option("--blur", is_flag=True, help="Blur all pictures of the sheet."),
    click.option(
        "--film",
        is_flag=True,
        help="Where an original is gone, draw the small grey film of it that the case keeps.",
    ),
)


def chosen(sheet: str | None, *, force: bool, blur: bool, film: bool) -> SheetOptions:
    """How the sheet is to be drawn.

    Raises UsageError for options without a sheet, and for a file that cannot be made.
    """
    if sheet is None and (force or blur or film):
        raise UsageError("--force, --blur and --film say how to draw --sheet FILE.png")
    if sheet == "":
        raise UsageError("--sheet needs the name of a file")
    if sheet is not None:
        require_place(Path(sheet), replace=force)
    return SheetOptions(blur=blur, film=film)


def tell(choices: Choices, sheet: str, made: Digest) -> None:
    """Say that the sheet is there."""
    output.note(choices, f"drew {shown(sheet)}  {made}")
