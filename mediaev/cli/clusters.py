"""`mediaev clusters`: list what shows the same recording."""

from __future__ import annotations

from mediaev.actions.case import Case
from mediaev.actions.documents import cluster_document
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.cluster_lines import cluster_table
from mediaev.cli.display.pending_note import pending_note
from mediaev.cli.display.places import places_of_members
from mediaev.cli.options import verb


@verb(example="mediaev clusters\nmediaev clusters --jsonl")
def command(choices: Choices) -> int:
    """List the clusters: exhibits that show one recording.

    Each is ranked by how close its members seem to the source, among the copies held, with
    the reasons. `mediaev show c-...` shows one in full.
    """
    with Case.open(choices.folder) as case:
        pending_note(choices, case)
        clusters = case.clusters()
        places = places_of_members(case, clusters)
        if choices.form != "text":
            documents = (cluster_document(cluster, places) for cluster in clusters)
            output.documents(choices, "clusters", documents)
        else:
            cluster_table(clusters, places, case.matches())
    return 0
