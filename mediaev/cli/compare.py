"""`mediaev compare`: relate two."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from mediaev.actions.case import case_if_any, compare_files
from mediaev.actions.documents import comparison_document
from mediaev.actions.pair import Comparison
from mediaev.cli.arguments import refuse_folders
from mediaev.cli.display import output
from mediaev.cli.display.match_lines import headline, match_lines
from mediaev.cli.display.wording import short
from mediaev.cli.options import Choices, learned, verb
from mediaev.errors import UsageError
from mediaev.model.exhibit import shown

NOTHING_FOUND = 1


@verb(example="mediaev compare clip.mp4 long.mp4\nmediaev compare clip.mp4 3f9a02")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@learned
def command(choices: Choices, a: str, b: str, learned: str | None) -> int:
    """Relate two files, or exhibits of the case, to each other.

    An exhibit is named by the first digits of its digest; two files need no case. The
    relation is seen from A. Exit code 1 means that no sure relation was found.
    """
    refuse_folders([a, b])
    missing = [name for name in (a, b) if not os.path.lexists(name)]
    if not missing:
        comparison = compare_files(a, b, learned=learned)
    else:
        with case_if_any(choices.folder) as case:
            if case is None:
                raise _no_such_file(missing[0], choices)
            comparison = case.compare(a, b, learned=learned)
    if choices.form != "text":
        output.document(choices, comparison_document(comparison))
    else:
        output.lines(_lines(choices, comparison))
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
    for text in match_lines(comparison.match, evidence=choices.verbosity > 0):
        yield f"  {text}"
