"""`mediaev find`: have we seen this?"""

from __future__ import annotations

from collections.abc import Iterator

import click

from mediaev.actions.case import Case
from mediaev.actions.documents import Document, answer_document
from mediaev.actions.find import Answer
from mediaev.actions.list_documents import query_lists_document
from mediaev.cli.arguments import refuse_folders
from mediaev.cli.display import output
from mediaev.cli.display.list_lines import found_lines
from mediaev.cli.display.match_lines import QUERY, headline, match_lines
from mediaev.cli.display.pending_note import pending_note
from mediaev.cli.display.places import shown_paths
from mediaev.cli.display.progress_bar import progress_display
from mediaev.cli.display.wording import short
from mediaev.cli.options import Choices, learned, verb
from mediaev.errors import EvidenceError
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Sighting, shown
from mediaev.model.match import Match

NOTHING_FOUND = 1


@verb(example="mediaev find clip.mp4\nmediaev find --jsonl *.mp4 | jq .matches")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@learned
def command(choices: Choices, files: tuple[str, ...], learned: str | None) -> int:
    """Ask whether the case holds the recording of a file, and where in it.

    Answers for each file in the order given, and takes nothing in. Exit code 0 means that
    something was found, 1 that nothing was, 3 that a file could not be read (the others are
    answered all the same).
    """
    refuse_folders(files)
    documents: list[Document] = []
    found = failed = False
    with Case.open(choices.folder) as case, progress_display(choices) as display:
        with display.aside():
            pending_note(choices, case)
        for answer in case.find(files, learned=learned, listen=display):
            found |= any(match.accepted for _, match in answer.matches)
            failed |= answer.failed
            places = {digest: case.sightings(digest) for digest, _ in answer.matches}
            document = {**answer_document(answer, places), **query_lists_document(answer.lists)}
            if choices.form == "json":
                documents.append(document)
                continue
            with display.aside():
                if choices.form == "jsonl":
                    output.json_line(document)
                else:
                    output.lines(_answer_lines(choices, answer, places))
                    output.flush()
    if choices.form == "json":
        output.json_document({"answers": documents})
    if failed:
        return EvidenceError.exit_code
    return 0 if found else NOTHING_FOUND


def _answer_lines(
    choices: Choices, answer: Answer, places: dict[Digest, list[Sighting]]
) -> Iterator[str]:
    yield shown(answer.path)
    if answer.error:
        yield f"  {'could not be read' if answer.failed else 'not read as a whole'}: {answer.error}"
    accepted = [pair for pair in answer.matches if pair[1].accepted]
    possible = [pair for pair in answer.matches if not pair[1].accepted]
    for digest, match in [*accepted, *possible]:
        yield from _match_lines(choices, answer, digest, match, places[digest])
    if not accepted and not answer.failed:
        yield "  nothing found" if not possible else "  nothing found that is sure"
    if answer.lists is not None:
        yield from (f"  {text}" for text in found_lines(answer.lists))


def _match_lines(
    choices: Choices, answer: Answer, digest: Digest, match: Match, seen: list[Sighting]
) -> Iterator[str]:
    yield f"  {headline(match)}  {short(digest)}"
    yield from (f"    {path}" for path in shown_paths(seen))
    found = answer.differences.get(digest, ())
    for text in match_lines(match, found, QUERY, evidence=choices.verbosity > 0):
        yield f"      {text}"
