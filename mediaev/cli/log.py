"""`mediaev log`: the custody log."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

import click

from mediaev.actions.case import Case
from mediaev.actions.documents import Document, event_document
from mediaev.actions.naming import exhibit_named
from mediaev.actions.time_documents import bracket_document
from mediaev.cli.display import output
from mediaev.cli.display.anchor_lines import bracket_text
from mediaev.cli.display.event_sentence import sentence
from mediaev.cli.display.wording import short
from mediaev.cli.options import Choices, verb
from mediaev.custody.bracket import Brackets
from mediaev.custody.verify import LogRow


@verb(example="mediaev log --limit 20\nmediaev log Downloads/clip.mp4")
@click.argument("item", required=False, metavar="[FILE|ID]")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Only the N newest of the events."
)
@click.option(
    "--brackets",
    is_flag=True,
    help="Say by third parties' time when events were logged: not before, not after.",
)
def command(choices: Choices, *, item: str | None, limit: int | None, brackets: bool) -> int:
    """Show the custody log, or the events about one file.

    The file is named by a path where the case has seen it, or by the first digits of its
    digest. The log is shown as it stands; `mediaev verify` says whether it holds, and only if
    it does are its brackets worth anything.
    """
    with Case.open(choices.folder) as case:
        digest = exhibit_named(case, item).digest if item is not None else None
        rows: Iterator[LogRow] = case.events(digest)
        if limit is not None:
            rows = iter(deque(rows, maxlen=limit))
        known = case.brackets() if brackets else None
        documents = (_document(case, row, known) for row in rows)
        if choices.form != "text":
            output.documents(choices, "events", documents)
        else:
            output.lines(_lines(documents, known))
    return 0


def _document(case: Case, row: LogRow, brackets: Brackets | None) -> Document:
    if not isinstance(row.seq, int):
        return event_document(row, [])
    document = event_document(row, case.disclosures(row.seq))
    return document if brackets is None else document | bracket_document(brackets.of(row.seq))


def _lines(documents: Iterable[Document], brackets: Brackets | None) -> Iterator[str]:
    """A line for each event, and one before those that have another bracket."""
    before = None
    for document in documents:
        if brackets is not None and isinstance(document["seq"], int):
            text = bracket_text(brackets.of(document["seq"]))
            if text != before:
                yield f"        logged {text}:" if text else "        (no time stamp tells when)"
            before = text
        yield _line(document)


def _line(event: Document) -> str:
    if "error" in event:
        return f"{event['seq']:>6}  cannot be read: {event['error']}"
    item = short(event["item"]) if event["item"] else ""
    outcome = "" if event["outcome"] == "ok" else f"[{event['outcome']}] "
    head = f"{event['seq']:>6}  {event['time']}  {event['type']:<16}  {item:<12}"
    return f"{head}  {outcome}{sentence(event)}"
