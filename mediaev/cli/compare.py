"""`mediaev compare`: relate two."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from mediaev.actions.case import case_if_any, compare_files, sheet_of_files
from mediaev.actions.documents import comparison_document
from mediaev.actions.pair import Comparison
from mediaev.actions.sheets import sheet_document
from mediaev.cli.arguments import refuse_folders
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.match_lines import LETTERS, headline, match_lines
from mediaev.cli.display.wording import short
from mediaev.cli.options import learned, verb
from mediaev.cli.sheet_option import require_new, sheet_option, tell
from mediaev.errors import UsageError
from mediaev.model.exhibit import shown

NOTHING_FOUND = 1


@verb(
    example="mediaev compare clip.mp4 long.mp4\nmediaev compare clip.mp4 3f9a02\n"
    "mediaev compare clip.mp4 long.mp4 --sheet match.png"
)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@learned
@sheet_option
def command(choices: Choices, a: str, b: str, learned: str | None, sheet: str | None) -> int:
    """Relate two files, or exhibits of the case, to each other.

    An exhibit is named by the first digits of its digest; two files need no case. The
    relation is seen from A. Exit code 1 means that no sure relation was found. A sheet is drawn
    if they share anything; if an exhibit of the case is shown, the custody log tells of it.
    """
    require_new(sheet)
    refuse_folders([a, b])
    missing = [name for name in (a, b) if not os.path.lexists(name)]
    made = None
    if not missing:
        comparison = compare_files(a, b, learned=learned)
        if sheet is not None and comparison.match is not None:
            made = sheet_of_files(comparison, sheet)
    else:
        with case_if_any(choices.folder, write=sheet is not None) as case:
            if case is None:
                raise _no_such_file(missing[0], choices)
            comparison = case.compare(a, b, learned=learned)
            if sheet is not None and comparison.match is not None:
                made = case.sheet(comparison, sheet)
    if choices.form != "text":
        output.document(choices, comparison_document(comparison) | sheet_document(sheet, made))
    else:
        output.lines(_lines(choices, comparison))
    if sheet is not None:
        if made is not None:
            tell(choices, sheet, made)
        else:
            output.note(choices, "no sheet was drawn, since they share nothing")
    match = comparison.match
    return 0 if match is not None and match.accepted else NOTHING_FOUND


def _no_such_file(name: str, choices: Choices) -> UsageError:
    return UsageError(
        f"{shown(name)}: there is no such file, and no case in {shown(choices.folder)} that "
        "could hold an exhibit of that name",
        advice="Check the spelling, or name the case with -C CASE.",
    )


def _lines(choices: Choices, comparison: Comparison) -> Iterator[str]:
    for letter, side in (("A", comparison.a), ("B", comparison.b)):
        yield f"{letter}  {side.name}  {short(side.digest)}"
        if side.examination.reason:
            yield f"   not read as a whole: {side.examination.reason}"
    if comparison.match is None:
        yield "nothing found that they share"
        return
    yield f"A to B: {headline(comparison.match)}"
    found, wordy = comparison.differences, choices.verbosity > 0
    for text in match_lines(comparison.match, found, LETTERS, evidence=wordy):
        yield f"  {text}"
