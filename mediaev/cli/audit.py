"""`mediaev audit`: are the files where and what the log says?"""

from __future__ import annotations

import click

from mediaev.actions.audit import audit
from mediaev.actions.audit_documents import audit_document, finding_document, told
from mediaev.actions.audit_plan import sample_named
from mediaev.actions.audit_report import AuditReport
from mediaev.actions.case import Case
from mediaev.cli.choices import Choices
from mediaev.cli.display import audit_lines, output
from mediaev.cli.display.progress_bar import progress_display
from mediaev.cli.options import verb


@verb(example="mediaev audit\nmediaev audit /media/usb --json\nmediaev audit --sample 1/7")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--sample",
    metavar="PART",
    help="Only this part of the exhibits, such as 1/7: those audited longest ago. "
    "Seven runs come to all.",
)
@click.option(
    "--anew", is_flag=True, help="Read all files, also those that an interrupted audit has read."
)
def command(choices: Choices, *, paths: tuple[str, ...], sample: str | None, anew: bool) -> int:
    """Check files on disk against the log: matched, moved, changed, new, missing.

    Without PATH, every place is looked at where an exhibit was seen, and every copy that the
    case keeps. With PATH, all that lies under it, so that new files come to light. Files are
    read from the disk and never written to; links are not followed; nothing is taken in.
    The result is logged. Exit code 4 means that something is changed or missing, 3 that
    something could not be read. -v tells of what matched too.
    """
    share = sample_named(sample) if sample is not None else None
    with Case.open(choices.folder, write=True) as case:
        if case.store.key_warning:
            output.note(choices, f"warning: {case.store.key_warning}")
        with progress_display(choices) as display:
            report = audit(case, paths, sample=share, anew=anew, listen=display)
    _print(choices, report)
    return report.code


def _print(choices: Choices, report: AuditReport) -> None:
    findings = told(report, every=choices.verbosity > 0)
    if choices.form == "json":
        places = [finding_document(each) for each in findings]
        output.json_document({**audit_document(report), "places": places})
    elif choices.form == "jsonl":
        for each in findings:
            output.json_line({"type": "place", **finding_document(each)})
        output.json_line({"type": "audit", **audit_document(report)})
    else:
        output.lines(audit_lines.head_lines(report))
        output.lines(audit_lines.finding_lines(findings))
        if choices.verbosity:
            output.lines(audit_lines.passed_over_lines(report))
        rest = list(audit_lines.rest_lines(report))
        output.lines(["", *rest] if rest else [])
