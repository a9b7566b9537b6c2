"""The option of verbs that draw a sheet."""

from __future__ import annotations

from pathlib import Path

import click

from mediaev.actions.sheets import Sheet, require_place
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.errors import UsageError
from mediaev.model.exhibit import shown

sheet_option = click.option(
    "--sheet",
    metavar="FILE.png",
    help="Also draw the match as a picture for people: frames side by side, where they lie in "
    "each other, what differs, and all figures. Frames are shown as they are, which may be hard "
    "to see. Nothing is overwritten.",
)


def require_new(sheet: str | None) -> None:
    """Raise UsageError before anything is computed for a sheet that cannot be made."""
    if sheet == "":
        raise UsageError("--sheet needs the name of a file")
    if sheet is not None:
        require_place(Path(sheet), None)


def tell(choices: Choices, sheet: str, made: Sheet) -> None:
    """Say that the sheet is there, and what is not as it should be."""
    output.note(choices, f"drew {shown(sheet)}  {made.digest}")
    for warning in made.warnings:
        output.message(f"mediaev: {warning}")
