# ruff: noqa: N999 - a verb's file has its name
"""`mediaev import`: what others recorded, as their words."""

from __future__ import annotations

import click

from mediaev.actions.case import Case
from mediaev.actions.record_documents import import_document
from mediaev.actions.record_import import import_records
from mediaev.cli.arguments import refuse_folders
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.assertion_lines import import_lines
from mediaev.cli.display.progress_bar import progress_display
from mediaev.cli.options import verb
from mediaev.errors import EvidenceError


@verb(
    example="mediaev import archive-sheet.csv --by 'Newsroom B'\n"
    "mediaev import premis.xml metadata.json --by 'City archive' --json"
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--by", required=True, metavar="NAME", help="Who asserts what the records say.")
def command(choices: Choices, files: tuple[str, ...], by: str) -> int:
    """Take earlier custody records in, as what somebody asserts.

    Each record becomes an event of the log that is marked as asserted by NAME. It is shown
    apart from what was observed here, and never counts as an observation. The form is told by
    the content: a table with a heading, PREMIS 3, what auto-archiver writes (its sheet as CSV,
    its CSV database, its JSON). Names, URLs and all texts are kept private in the log. Rows
    that cannot be read are told by number, the first ten or with -v all. Exit code 3 means
    that there were some, or that a file held no records. Hash lists: `mediaev hashes import`.
    """
    refuse_folders(files)
    with Case.open(choices.folder, write=True) as case, progress_display(choices) as display:
        imported = import_records(case, files, by=by, listen=display)
    if choices.form != "text":
        output.documents(choices, "files", map(import_document, imported))
    else:
        for each in imported:
            output.lines(import_lines(each, all_of_them=choices.verbosity > 0))
    return 0 if all(each.whole for each in imported) else EvidenceError.exit_code
