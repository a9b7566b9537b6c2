"""`mediaev hashes`: what others hold, by their hash lists."""

from __future__ import annotations

from pathlib import Path

import click

from mediaev.actions.case import Case
from mediaev.actions.list_documents import (
    export_document,
    import_document,
    list_document,
    listed_document,
)
from mediaev.actions.list_export import FORMS
from mediaev.actions.list_search import ListAnswer
from mediaev.actions.naming import exhibit_named
from mediaev.cli.arguments import refuse_folders
from mediaev.cli.choices import Choices
from mediaev.cli.display import list_lines, output
from mediaev.cli.display.pending_note import pending_note
from mediaev.cli.display.places import first_place, places_of
from mediaev.cli.display.progress_bar import progress_display
from mediaev.cli.display.tables import table
from mediaev.cli.display.wording import count, short
from mediaev.cli.options import group, verb
from mediaev.compare.listed import SHARE
from mediaev.errors import EvidenceError, UsageError
from mediaev.model.exhibit import shown
from mediaev.model.hash_list import HashList

NOTHING_FOUND = 1


@group(
    example="mediaev hashes import partners.csv --owner 'Newsroom B'\n"
    "mediaev hashes match\n"
    "mediaev hashes export --format vpdq -o ours.txt"
)
def command() -> None:
    """Compare with others by hash lists: import theirs, match, export one's own.

    No footage is exchanged. An entry is a claim of the list's owner, and a hit says that an
    exhibit is what the entry names, or looks like it: neither is a verdict.
    """


@verb(example="mediaev hashes import partners.csv --name 'May 2024' --owner 'Newsroom B'")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--name", default="", metavar="NAME", help="What the list is called; else its file.")
@click.option("--owner", default="", metavar="NAME", help="Who vouches for it.")
def import_(choices: Choices, files: tuple[str, ...], name: str, owner: str) -> int:
    """Take hash lists of others into the case.

    The exhibits are held against them at once. The format is told by the content: hashes one
    a line, sha256sum lines, CSV, hashdeep, PDQ, vPDQ, JSON. Lines that cannot be read are
    counted and told by number, the first ten or with -v all. Exit code 3 means that there
    were some, or that a file was no list.
    """
    refuse_folders(files)
    with Case.open(choices.folder, write=True) as case, progress_display(choices) as display:
        imported = case.import_lists(files, name=name, owner=owner, listen=display)
        new = [each.list for each in imported if each.list is not None]
        answer = case.list_hits(new, listen=display) if new else ListAnswer()
    on_it = list_lines.tally(answer.hits)
    documents = [
        import_document(each, on_it[each.list.id] if each.list else 0) for each in imported
    ]
    if choices.form != "text":
        output.documents(choices, "files", documents)
        list_lines.print_notes(choices, answer)
    else:
        for each in imported:
            output.lines(list_lines.import_lines(each, all_of_them=choices.verbosity > 0))
        if new and not answer.hits:
            output.line("No exhibit of the case is on what was imported.")
        list_lines.print_summary(choices, answer)
    return 0 if all(each.whole for each in imported) else EvidenceError.exit_code


@verb(example="mediaev hashes list")
def list_(choices: Choices) -> int:
    """Show the lists that the case holds."""
    with Case.open(choices.folder) as case:
        lists = case.lists()
    if choices.form != "text":
        output.documents(choices, "lists", map(list_document, lists))
    elif not lists:
        output.line("The case has no hash lists.")
    else:
        table(("list", "name", "owner", "imported", "entries"), map(_row, lists), names=[0])
    return 0


def _row(each: HashList) -> tuple[str | list[str], ...]:
    entries = [f"{number:,} {shown(kind)}" for kind, number in each.counts.items()]
    entries += [
        f"left out: {number:,} × {shown(reason)}" for reason, number in each.left_out.items()
    ]
    if each.unfit:
        entries.append(f"{count(each.unfit, 'line')} could not be read")
    names = [shown(each.name), short(each.digest)]
    return each.id, names, shown(each.owner), each.imported, entries


@verb(example="mediaev hashes match\nmediaev hashes match l-1 --jsonl")
@click.argument("lists", nargs=-1, metavar="[LIST]...")
@click.option(
    "--share",
    type=click.FloatRange(0, 1),
    default=SHARE,
    metavar="PART",
    help="How much of either of two videos must meet the other, 0 to 1; else 0.2.",
)
def match(choices: Choices, lists: tuple[str, ...], share: float) -> int:
    """Say which exhibits are on which lists.

    Each hit says by what and how near, and when in a video: compare the footage before
    calling it a copy. LIST is l-1 or the like; else all are searched. Exit code 1 means that
    nothing was found.
    """
    with Case.open(choices.folder) as case, progress_display(choices) as display:
        with display.aside():
            pending_note(choices, case)
        chosen = _named_lists(case.lists(), lists)
        answer = case.list_hits(chosen, share=share, listen=display)
        found = list_lines.by_exhibit(answer.hits)
        places = places_of(case, found)
    documents = (listed_document(each, found[each], places[each]) for each in found)
    if choices.form == "json":
        output.json_document(
            {
                "exhibits": list(documents),
                "below_share": answer.below,
                "cut_off": answer.cut,
                "unchecked": dict(answer.unchecked),
            }
        )
    elif choices.form == "jsonl":
        for document in documents:
            output.json_line(document)
    else:
        for digest, hits in found.items():
            output.line(f"{first_place(digest, places)}  {short(digest)}")
            for hit in hits:
                output.lines(f"  {text}" for text in list_lines.hit_lines(hit))
        if not found:
            output.line("No exhibit of the case is on a list.")
    list_lines.print_notes(choices, answer, share)
    return 0 if found else NOTHING_FOUND


def _named_lists(lists: list[HashList], names: tuple[str, ...]) -> list[HashList]:
    """The lists that are meant. Raises UsageError for a name that none has."""
    known = {each.id: each for each in lists}
    for name in names:
        if name not in known:
            raise UsageError(
                f"{shown(name)} is no list of this case",
                advice="`mediaev hashes list` shows them.",
            )
    return [known[name] for name in dict.fromkeys(names)] or lists


@verb(
    example="mediaev hashes export --format sha256 -o ours.txt\n"
    "mediaev hashes export --format vpdq -o ours-vpdq.txt 3f9a02 Downloads/clip.mp4"
)
@click.argument("items", nargs=-1, metavar="[FILE|ID]...")
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice(FORMS),
    help="What the list is to hold, and in which form.",
)
@click.option("-o", "--output", "target", required=True, metavar="FILE", help="The new file.")
@click.option("--paths", is_flag=True, help="Tell also where the files were seen.")
def export(choices: Choices, *, items: tuple[str, ...], form: str, target: str, paths: bool) -> int:
    """Write a hash list of exhibits for others.

    sha256 has a line for every exhibit, pdq for every picture, vpdq for every frame of a
    video; csv and threatexchange hold all of these and MD5 and SHA-1. Without FILE or ID all
    exhibits are listed. It tells no path, no name and no operator: exhibits go by the first
    digits of their digests, by which `mediaev show` finds them. With --paths it tells where
    they were seen.
    """
    with Case.open(choices.folder, write=True) as case:
        chosen = [exhibit_named(case, each) for each in items] or None
        exported = case.export_list(form, Path(target), chosen, paths=paths)
    if choices.form != "text":
        output.document(choices, export_document(exported))
    else:
        output.line(f"{shown(bytes(exported.path))}  {exported.digest}")
        for reason, number in exported.left_out.items():
            what = "not listed: " if reason in exported.not_listed else ""
            output.line(f"  {what}{count(number, 'exhibit')}: {reason}")
    return 0


command.add_command(import_, "import")
command.add_command(list_, "list")
command.add_command(match, "match")
command.add_command(export, "export")
