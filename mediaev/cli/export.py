"""`mediaev export`: a case for others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from mediaev.actions.case import Case
from mediaev.actions.export import BAG, Exported, kinds
from mediaev.actions.export_documents import export_document
from mediaev.actions.naming import exhibit_named
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.progress_bar import progress_display
from mediaev.cli.display.wording import count, size
from mediaev.cli.options import verb
from mediaev.errors import EvidenceError, UsageError
from mediaev.model.exhibit import Exhibit, shown
from mediaev.model.export import Letting, Profile


@verb(
    example="mediaev export bag -o handover.zip\n"
    "mediaev export bag -o for-court --dry-run\n"
    "mediaev export csv -o exhibits.csv 3f9a02 Downloads/clip.mp4\n"
    "mediaev export premis --profile full > premis.xml"
)
@click.argument("kind", metavar="KIND", type=click.Choice(list(kinds())))
@click.argument("items", nargs=-1, metavar="[FILE|ID]...")
@click.option("-o", "--output", "target", metavar="TARGET", help="The new file, folder or .zip.")
@click.option(
    "--profile",
    type=click.Choice([each.value for each in Profile]),
    default=Profile.COURT.value,
    help="How much is let out; else court.",
)
@click.option("--names", is_flag=True, help="Tell also what the files were called.")
@click.option("--dry-run", is_flag=True, help="Say what would be given out, and write nothing.")
def command(
    choices: Choices,
    *,
    kind: str,
    items: tuple[str, ...],
    target: str | None,
    profile: str,
    names: bool,
    dry_run: bool,
) -> int:
    """Write a bag, or a table, for others; what may identify people stays here.

    All exhibits go out, or those that are named. KIND is bag (copies of the exhibits, the
    custody log and all that vouches for it: a BagIt bag, as a folder or a .zip), csv, jsonl,
    hashdeep, premis or case-uco. Documents go to standard output where no TARGET is named.
    Nothing is overwritten, nothing is written into the case, and the custody log tells of
    every export.

    The profile court withholds whatever may identify people: names of files and people, paths,
    accounts, positions; the log holds them as commitments, and stays whole. public withholds
    the exhibits' bytes as well, full withholds nothing. Exhibits themselves are never altered:
    what their own bytes tell, they tell. Exit code 3 means that exhibits are changed or gone.
    """
    _refuse_mixed(choices, kind, target, dry_run=dry_run)
    letting = Letting(Profile(profile), names)
    place = None if target is None else Path(target)
    with Case.open(choices.folder, write=not dry_run) as case, progress_display(choices) as display:
        chosen: list[Exhibit] | None = [exhibit_named(case, each) for each in items] or None
        if dry_run:
            made = case.plan_export(kind, place, chosen, letting=letting)
        else:
            made = case.export(kind, place, chosen, letting=letting, out=output.raw, listen=display)
    _tell(choices, made, dry_run=dry_run)
    return EvidenceError.exit_code if made.failed else 0


def _refuse_mixed(choices: Choices, kind: str, target: str | None, *, dry_run: bool) -> None:
    if target == "":
        raise UsageError("-o needs the name of a new file or folder")
    if target is None and kind == BAG and not dry_run:
        raise UsageError("a bag needs a place", advice="Name a new folder or zip with -o.")
    if target is None and choices.form != "text" and not dry_run:
        raise UsageError("the document itself goes to standard output, so --json needs -o")


def _tell(choices: Choices, made: Exported, *, dry_run: bool) -> None:
    if choices.form != "text":
        output.document(choices, export_document(made))
    elif made.path is not None or dry_run:
        output.lines(_lines(made, dry_run=dry_run))
    for each in made.failed:
        output.message(f"mediaev: {each.state.value}: {each.exhibit}: {each.says}")
    for note in made.notes:
        output.note(choices, note)


def _lines(made: Exported, *, dry_run: bool) -> Iterator[str]:
    if made.path is not None and made.digest is not None:
        yield f"{shown(os.fsencode(made.path))}  {made.digest}"
        if made.kind == BAG:
            yield "  (the digest of its tagmanifest-sha256.txt: tell it by another way)"
    would = "would tell" if dry_run else "tells"
    yield f"  profile {made.letting}; {would} of {count(made.size, 'event')} of the log"
    if made.kind != BAG:
        yield f"  {count(made.exhibits, 'exhibit')}"
        return
    for state, number in sorted(made.states.items()):
        yield f"  {state}: {count(number, 'exhibit')}"
    yield f"  asked for: {count(made.exhibits, 'exhibit')}, {size(made.bytes)}"
