"""The verbs: one module each, loaded when it is called and not before."""

from __future__ import annotations

import difflib
import importlib

import click

from mediaev.cli.options import SHARED

VERBS = {
    "init": "Make a case: a folder for evidence, with signing keys of its own.",
    "scan": "Take in files and folders, and find what shows the same recording.",
    "find": "Ask whether the case holds the recording of a file, and where in it.",
    "compare": "Relate two files, or exhibits of the case, to each other.",
    "clusters": "List the clusters: exhibits that show one recording.",
    "show": "Show a cluster, a match, boilerplate or an exhibit in full.",
    "boilerplate": "List intros, end cards and idents that unrelated recordings share.",
    "decide": "Record what you decided, such as that an intro is boilerplate.",
    "meta": "Read what files state about themselves, with or without a case.",
    "hashes": "Compare with others by hash lists: import theirs, match, export one's own.",
    "import": "Take earlier custody records in, as what somebody asserts.",
    "export": "Write a bag, or a table, for others; what may identify people stays here.",
    "log": "Show the custody log, or the events about one file.",
    "operator": "Give people keys of their own, for what they answer for.",
    "hold": "Forbid that anything of an exhibit or of the case is destroyed, or allow it again.",
    "approve": "Sign, with a person's own key, that something was reviewed.",
    "key": "Change the keys that sign the log: hand on, recover, revoke.",
    "redact": "Destroy private values, such as where a file lay, for good.",
    "verify": "Recompute the whole custody log and say what does not fit.",
    "audit": "Check files on disk against the log: matched, moved, changed, new, missing.",
    "anchor": "Have third parties stamp the log's newest head with their time.",
    "doctor": "Say what is installed, what is missing, and what each absence costs.",
}
"""Each verb with the sentence that `mediaev --help` has for it, in the order of use."""


class Verbs(click.Group):
    """The group of all verbs; listing them imports none of them."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All verbs, in the order of use."""
        return list(VERBS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one verb's module and return its `command`."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"mediaev.cli.{cmd_name}").command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs from the table."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb that is called; a near miss is told what it nearly was."""
        near = difflib.get_close_matches(args[0], VERBS, n=1)
        if args[0] not in VERBS and near:
            ctx.fail(f"No such verb: {args[0]}. Did you mean {near[0]}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> None:
        """Run a verb; what it returns is the exit code."""
        code = super().invoke(ctx)
        if code:
            ctx.exit(code)


@click.group(
    cls=Verbs,
    params=SHARED,
    add_help_option=False,
    subcommand_metavar="VERB ...",
    epilog="\b\nExample:\n  mediaev scan Downloads\n  mediaev find clip.mp4",
)
def verbs() -> None:
    """Find reposts of footage, and keep a custody log that strangers can check.

    Evidence is never deleted or altered, and nothing leaves this machine, but for the digest that
    `anchor` sends on your word. Results go to standard output, messages and progress to
    standard error.
    """
