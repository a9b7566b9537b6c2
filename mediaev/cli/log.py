"""`mediaev log`: the custody log."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from mediaev.actions.case import Case
from mediaev.actions.documents import Document, event_document, tile_document
from mediaev.actions.naming import exhibit_named
from mediaev.actions.tile_export import write_tiles
from mediaev.actions.time_documents import bracket_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.anchor_lines import bracket_text
from mediaev.cli.display.event_sentence import sentence
from mediaev.cli.display.wording import short
from mediaev.cli.options import verb
from mediaev.custody.bracket import Brackets
from mediaev.custody.verify import LogRow
from mediaev.errors import UsageError
from mediaev.model.exhibit import shown


@verb(
    example="mediaev log --limit 20\nmediaev log Downloads/clip.mp4\nmediaev log --tiles published"
)
@click.argument("item", required=False, metavar="[FILE|ID]")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Only the N newest of the events."
)
@click.option(
    "--tiles",
    metavar="DIR",
    help="Write the signed log into a new folder, as C2SP tlog-tiles, for other programs to check.",
)
@click.option(
    "--brackets",
    is_flag=True,
    help="Say by third parties' time when events were logged: not before, not after.",
)
def command(
    choices: Choices, *, item: str | None, limit: int | None, tiles: str | None, brackets: bool
) -> int:
    """Show the custody log, or the events about one file.

    The file is named by a path where the case has seen it, or by the first digits of its
    digest. The log is shown as it stands; `mediaev verify` says whether it holds, and only if
    it does are its brackets worth anything.

    With --tiles, the log up to its newest signed head is written out. That folder tells the
    digests and sizes of all exhibits, and whatever else the events say in the open; it does not
    tell private values such as names and paths.
    """
    if tiles is not None:
        if item is not None or limit is not None:
            raise UsageError("--tiles writes the whole log: it takes no file and no --limit")
        return _write_tiles(choices, tiles)
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


def _write_tiles(choices: Choices, target: str) -> int:
    with Case.open(choices.folder) as case:
        made = write_tiles(case.store, Path(target))
    if choices.form != "text":
        output.document(choices, tile_document(made))
    else:
        output.line(f"{made.head.size} events in {made.files} files: {shown(os.fsencode(target))}")
        output.line(f"root {made.root}")
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
