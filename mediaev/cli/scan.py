"""`mediaev scan`: the main job."""

from __future__ import annotations

import contextlib

import click

from mediaev.actions.case import Case
from mediaev.actions.documents import cluster_document, outcome_document, scan_document
from mediaev.actions.examining import executor
from mediaev.actions.list_documents import scan_lists_document
from mediaev.actions.scan import ScanOptions, ScanReport, require
from mediaev.cli.choices import Choices
from mediaev.cli.display import output, scan_summary
from mediaev.cli.display.cluster_lines import cluster_table
from mediaev.cli.display.list_lines import print_summary
from mediaev.cli.display.places import places_of_members
from mediaev.cli.display.progress_bar import progress_display
from mediaev.cli.display.wording import count
from mediaev.cli.options import learned, verb
from mediaev.errors import EvidenceError
from mediaev.model.digest import Digest
from mediaev.model.exhibit import Sighting, shown


@verb(example="mediaev scan Downloads\nmediaev -C cases/42 scan --keep --digest md5 /media/usb")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--keep", is_flag=True, help="Copy the originals into the case, read-only.")
@click.option(
    "--digest",
    "digests",
    multiple=True,
    type=click.Choice(["md5", "sha1", "sha512", "sha3_256", "blake2b"]),
    help="Record a further digest besides SHA-256, MD5 and SHA-1; may be repeated.",
)
@click.option(
    "--rehash",
    is_flag=True,
    help="Read files again that seem unchanged, and examine again those that failed.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="How many processes examine side by side; else one a core.",
)
@learned
def command(
    choices: Choices,
    *,
    paths: tuple[str, ...],
    keep: bool,
    digests: tuple[str, ...],
    rehash: bool,
    workers: int | None,
    learned: str | None,
) -> int:
    """Take in files and folders, and find what shows the same recording.

    Every file is read once and never written to. What was finished is kept: a scan that
    was interrupted goes on where it stopped, and a second one looks only at what is new.
    Makes a case where there is none. Exit code 3 means that some files could not be read;
    they are all listed.
    """
    require(paths)  # before a case is made for them
    case, made = Case.open_or_create(choices.folder)
    with case:
        if made:
            output.note(choices, f"made a new case in {shown(bytes(case.folder.absolute()))}")
        if case.store.key_warning:
            output.note(choices, f"warning: {case.store.key_warning}")
        options = ScanOptions(keep=keep, digests=digests, rehash=rehash, learned=learned)
        with contextlib.closing(executor(workers)) as pool, progress_display(choices) as display:
            report = case.scan(paths, options, executor=pool, listen=display)
        _print(choices, case, report)
    return EvidenceError.exit_code if report.failures else 0


def _print(choices: Choices, case: Case, report: ScanReport) -> None:
    places = places_of_members(case, report.clusters)
    if choices.form == "json":
        output.json_document({**scan_document(report, places), **scan_lists_document(report.lists)})
    elif choices.form == "jsonl":
        for outcome in report.outcomes:
            output.json_line({"type": "file", **outcome_document(outcome)})
        for cluster in report.clusters:
            output.json_line({"type": "cluster", **cluster_document(cluster, places)})
        for hit in scan_lists_document(report.lists).get("lists", ()):
            output.json_line({"type": "list-hit", **hit})
    else:
        _print_in_words(choices, case, report, places)


def _print_in_words(
    choices: Choices, case: Case, report: ScanReport, places: dict[Digest, list[Sighting]]
) -> None:
    output.lines(scan_summary.count_lines(report))
    if choices.verbosity:
        output.lines(scan_summary.outcome_lines(report.outcomes))
    output.lines(scan_summary.failure_lines(report))
    output.lines(scan_summary.misnamed_lines(report))
    output.line()
    matches = case.matches()
    cluster_table(report.clusters, places, matches)
    if saving := scan_summary.saving_line(report, matches):
        output.line()
        output.line(saving)
    if report.lists is not None:
        print_summary(choices, report.lists)
    if found := case.proposed_boilerplate():
        output.note(
            choices,
            f"{count(found, 'interval')} may be boilerplate: `mediaev boilerplate` lists them",
        )
    if report.clusters:
        output.note(choices, f"`mediaev show {report.clusters[0].id}` shows more")
