"""What `mediaev find` writes: for each file, what the case holds of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mediaev.actions.case import Case
from mediaev.actions.documents import Document, answer_document
from mediaev.actions.find import Answer
from mediaev.actions.list_documents import query_lists_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.list_lines import found_lines
from mediaev.cli.display.match_lines import QUERY, headline, match_lines
from mediaev.cli.display.pending_note import pending_note
from mediaev.cli.display.places import shown_paths
from mediaev.cli.display.progress_bar import progress_display
from mediaev.cli.display.wording import short
from mediaev.errors import EvidenceError
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Sighting, shown
from mediaev.model.match import Match
from mediaev.ports import Executor

NOTHING_FOUND = 1


def found(choices: Choices, files: Sequence[str], learned: str | None, executor: Executor) -> int:
    """Write what the case holds of each file; the exit code."""
    documents: list[Document] = []
    anything = failed = False
    with Case.open(choices.folder) as case, progress_display(choices) as display:
        with display.aside():
            pending_note(choices, case)
        for answer in case.find(files, executor=executor, learned=learned, listen=display):
            anything |= any(match.accepted for _, match in answer.matches)
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
    return 0 if anything else NOTHING_FOUND


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
