"""`mediaev find`: have we seen this?"""

from __future__ import annotations

import click

from mediaev.actions.workers import examiners
from mediaev.cli.arguments import refuse_folders
from mediaev.cli.choices import Choices
from mediaev.cli.options import learned, verb


@verb(example="mediaev find clip.mp4\nmediaev find --jsonl *.mp4 | jq .matches")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@learned
def command(choices: Choices, files: tuple[str, ...], learned: str | None) -> int:
    """Ask whether the case holds the recording of a file, and where in it.

    Answers for each file in the order given, and takes nothing in. Exit code 0 means that
    something was found, 1 that nothing was, 3 that a file could not be read (the others are
    answered all the same).
    """
    refuse_folders(files)
    with examiners(len(set(files))) as executor:
        executor.start()
        # Loaded only now, while the processes load what they need.
        from mediaev.cli.finding import found

        return found(choices, files, learned, executor)
