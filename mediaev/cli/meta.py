"""`mediaev meta`: what files state about themselves."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from mediaev.actions.documents import Document, meta_document
from mediaev.actions.meta import FileClaims, meta
from mediaev.cli.arguments import refuse_folders
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.claim_table import claim_table
from mediaev.cli.options import verb
from mediaev.errors import EvidenceError
from mediaev.model.claim import ReaderStatus
from mediaev.model.examination import ExaminationStatus
from mediaev.model.exhibit import shown


@verb(example="mediaev meta photo.jpg\nmediaev meta --jsonl *.jpg | jq .claims")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def command(choices: Choices, files: tuple[str, ...]) -> int:
    """Read what files state about themselves, with or without a case.

    Claims are never merged: each has its source, and two that contradict each other both
    stand. An asterisk marks the one to prefer; what cannot be true is kept and marked as
    rejected. Exit code 3 means that a file could not be read, or not as a whole.
    """
    refuse_folders(files)
    documents: list[Document] = []
    failed = False
    for file in meta([os.fsencode(file) for file in files]):
        document = meta_document(file)
        failed |= document["error"] is not None
        if choices.form == "json":
            documents.append(document)
        elif choices.form == "jsonl":
            output.json_line(document)
        else:
            _print(file, document["error"])
            output.flush()
    if choices.form == "json":
        output.json_document({"files": documents})
    return EvidenceError.exit_code if failed else 0


def _print(file: FileClaims, error: str | None) -> None:
    output.line(shown(file.path))
    if file.digest is not None:
        output.line(f"  {file.digest}")
    if error is not None:
        output.line(f"  {_failure(file)}: {error}")
    if file.examination is None:
        return
    output.lines(_notes(file))
    if file.examination.claims:
        claim_table(file.examination.claims)
    output.line()


def _failure(file: FileClaims) -> str:
    status = file.examination.status if file.examination else ExaminationStatus.FAILED
    return {
        ExaminationStatus.PARTIAL: "not read as a whole",
        ExaminationStatus.NOT_MEDIA: "no media",
    }.get(status, "could not be read")


def _notes(file: FileClaims) -> Iterator[str]:
    """Flags, and readers that failed."""
    if file.examination is None:
        return
    if file.examination.flags:
        yield f"  flags: {', '.join(map(shown, file.examination.flags))}"
    for run in file.examination.readers:
        if run.status is not ReaderStatus.OK:
            says = f": {shown(run.message)}" if run.message else ""
            yield f"  reader {shown(run.name)}: {run.status.value}{says}"
    if not file.examination.claims:
        yield "  it states nothing that the readers know"
