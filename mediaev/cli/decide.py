"""`mediaev decide`: record what a person says, and overrule the machine."""

from __future__ import annotations

from collections.abc import Iterator

import click

from mediaev.actions.case import Case
from mediaev.actions.decide import Decided
from mediaev.actions.decision_documents import decided_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.wording import count
from mediaev.cli.options import verb
from mediaev.model.decision import Verdict


@verb(
    example='mediaev decide b-3f9a02c41b77 boilerplate --reason "the intro of channel X"\n'
    "mediaev decide b-3f9a02c41b77 undecided"
)
@click.argument("subject", metavar="ID")
@click.argument("verdict", type=click.Choice([each.value for each in Verdict]), metavar="VERDICT")
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the log as private.")
def command(choices: Choices, subject: str, verdict: str, reason: str) -> int:
    """Record what you decided, such as that an intro is boilerplate.

    ID is boilerplate (b-...) that `mediaev boilerplate` lists, VERDICT is `boilerplate`,
    `not-boilerplate` or `undecided`. What is confirmed stops joining clusters, also in files
    that are scanned later; what is refused is not proposed again. Nothing is ever deleted from
    the log: a later decision, or `undecided`, takes an earlier one back.
    """
    with Case.open(choices.folder, write=True) as case:
        if case.store.key_warning:
            output.note(choices, f"warning: {case.store.key_warning}")
        decided = case.decide(subject, verdict, reason=reason)
        if choices.form != "text":
            output.document(choices, decided_document(decided))
        else:
            output.lines(_lines(decided))
    return 0


def _lines(decided: Decided) -> Iterator[str]:
    decision = decided.stored.decision
    yield f"{decision.subject}: {decision.verdict.value} (event {decided.stored.seq} of the log)"
    before, after = ({each.id: each for each in side} for side in (decided.before, decided.after))
    same = before.keys() & after.keys()
    changed = sum(before[name].members != after[name].members for name in same)
    gone, new = len(before.keys() - same), len(after.keys() - same)
    yield (
        f"{count(len(after), 'cluster')}, before {len(before)}: {new} new, {gone} gone, "
        f"{changed} with other members"
        if changed or gone or new
        else f"{count(len(after), 'cluster')}, as before"
    )
