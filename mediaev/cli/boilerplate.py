"""`mediaev boilerplate`: what recurs in recordings that have nothing else in common."""

from __future__ import annotations

from mediaev.actions.case import Case
from mediaev.actions.decision_documents import boilerplate_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.boilerplate_lines import boilerplate_table
from mediaev.cli.display.pending_note import pending_note
from mediaev.cli.display.places import places_of
from mediaev.cli.options import verb
from mediaev.model.decision import Verdict


@verb(example="mediaev boilerplate\nmediaev decide b-3f9a02c41b77 boilerplate")
def command(choices: Choices) -> int:
    """List intros, end cards and idents that unrelated recordings share.

    They are proposals: seconds of real footage that several videos cut in look the same, so
    watch one before you decide. What `mediaev decide` confirms stops joining clusters.
    """
    with Case.open(choices.folder) as case:
        pending_note(choices, case)
        found = case.boilerplate()
        places = places_of(case, (place.exhibit for each in found for place in each.places))
        if choices.form != "text":
            documents = (boilerplate_document(each, places) for each in found)
            output.documents(choices, "boilerplate", documents)
        else:
            boilerplate_table(found, places)
            if any(each.verdict is Verdict.UNDECIDED for each in found):
                output.note(
                    choices,
                    "`mediaev show b-...` shows every place; "
                    "`mediaev decide b-... boilerplate` or `not-boilerplate` decides",
                )
    return 0
