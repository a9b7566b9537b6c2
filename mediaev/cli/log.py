"""`mediaev log`: the custody log."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import click

from mediaev.actions.case import Case
from mediaev.actions.documents import Document, event_document
from mediaev.actions.naming import exhibit_named
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.event_sentence import sentence
from mediaev.cli.display.wording import short
from mediaev.cli.options import verb
from mediaev.custody.verify import LogRow


@verb(example="mediaev log --limit 20\nmediaev log Downloads/clip.mp4")
@click.argument("item", required=False, metavar="[FILE|ID]")
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Only the N newest of the events."
)
def command(choices: Choices, item: str | None, limit: int | None) -> int:
    """Show the custody log, or the events about one file.

    The file is named by a path where the case has seen it, or by the first digits of its
    digest. The log is shown as it stands; `mediaev verify` says whether it holds.
    """
    with Case.open(choices.folder) as case:
        digest = exhibit_named(case, item).digest if item is not None else None
        rows: Iterator[LogRow] = case.events(digest)
        if limit is not None:
            rows = iter(deque(rows, maxlen=limit))
        documents = (_document(case, row) for row in rows)
        if choices.form != "text":
            output.documents(choices, "events", documents)
        else:
            output.lines(map(_line, documents))
    return 0


def _document(case: Case, row: LogRow) -> Document:
    openings = case.disclosures(row.seq) if isinstance(row.seq, int) else []
    return event_document(row, openings)


def _line(event: Document) -> str:
    if "error" in event:
        return f"{event['seq']:>6}  cannot be read: {event['error']}"
    item = short(event["item"]) if event["item"] else ""
    outcome = "" if event["outcome"] == "ok" else f"[{event['outcome']}] "
    head = f"{event['seq']:>6}  {event['time']}  {event['type']:<16}  {item:<12}"
    return f"{head}  {outcome}{sentence(event)}"
