"""The note that a case is not ready to give whole answers."""

from __future__ import annotations

from mediaev.actions.case import Case
from mediaev.cli.choices import Choices
from mediaev.cli.display.output import note
from mediaev.cli.display.wording import count


def pending_note(choices: Choices, case: Case) -> None:
    """Warn on standard error of what the last scan left undone."""
    pending = case.pending()
    if pending.undescribed:
        what = count(pending.undescribed, "exhibit")
        says = "not described by this case's learned model; scan with --learned FILE again"
        note(choices, f"warning: {what} {says}")
    if not (pending.unexamined or pending.uncompared or pending.unended):
        return
    undone = [
        f"{count(number, 'exhibit')} not {verb} yet"
        for number, verb in ((pending.unexamined, "examined"), (pending.uncompared, "compared"))
        if number
    ]
    what = ", ".join(undone) or "the clusters may not be up to date"
    note(choices, f"warning: {what}: the last scan is at work or was interrupted; scan again")
