"""Auditing: files on disk against the log, by their bytes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from fractions import Fraction

from mediaev.actions.audit_plan import AuditScope, plan_audit
from mediaev.actions.audit_report import AuditReport
from mediaev.actions.audit_run import AuditRun
from mediaev.actions.case import Case
from mediaev.actions.doctor import versions
from mediaev.actions.path_like import PathLike
from mediaev.actions.progress import Listener, silent
from mediaev.intake.looking import absolute


def audit(
    case: Case,
    paths: Iterable[PathLike] = (),
    *,
    sample: Fraction | None = None,
    anew: bool = False,
    listen: Listener = silent,
) -> AuditReport:
    """Look whether files are where and what the log says, and log what was found.

    Without `paths`, every place is looked at where the case has seen an exhibit, and every
    copy that it keeps; with them, what lies under them, so that files come to light that the
    log does not know. An audit that was interrupted is gone on with, unless `anew`. Takes
    nothing in and alters nothing. The case must be open for writing. Raises UsageError.
    """
    roots = dict.fromkeys(absolute(os.fsencode(path)) for path in paths)
    scope = AuditScope(tuple(roots), sample)
    store = case.store
    plan = plan_audit(store, scope, listen)
    with store.session("audit", sys.argv, versions()):
        return AuditRun(store, plan, listen).run(anew=anew)
