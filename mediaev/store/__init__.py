"""Everything that is kept: the case database, the log's files, copies, keys."""

from mediaev.store.assertions import RecordFile, StoredAssertion
from mediaev.store.case_store import CaseStore
from mediaev.store.clock import now
from mediaev.store.decisions import MOST_PLACES
from mediaev.store.hash_lists import ListBlock, ListWriter
from mediaev.store.matches import StoredMatch
from mediaev.store.objects import keep, object_path
from mediaev.store.outgoing import ExportDraft, GivenOut
from mediaev.store.people import ROLES, Operator

__all__ = [
    "MOST_PLACES",
    "ROLES",
    "CaseStore",
    "ExportDraft",
    "GivenOut",
    "ListBlock",
    "ListWriter",
    "Operator",
    "RecordFile",
    "StoredAssertion",
    "StoredMatch",
    "keep",
    "now",
    "object_path",
]
