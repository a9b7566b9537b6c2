"""`mediaev doctor`: what is installed.

Imports no room that needs a library, so that it can name the one that is missing.
"""

from __future__ import annotations

from dataclasses import asdict

from mediaev.actions.doctor import Finding, doctor
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.options import verb
from mediaev.errors import MissingProgramError
from mediaev.model.exhibit import shown


@verb(example="mediaev doctor")
def command(choices: Choices) -> int:
    """Say what is installed, what is missing, and what each absence costs.

    Exit code 20 means that something is missing without which mediaev does not work.
    """
    findings = doctor()
    documents = [{**asdict(finding), "ok": finding.ok} for finding in findings]
    if choices.form != "text":
        output.documents(choices, "findings", documents)
    else:
        width = max(len(finding.name) for finding in findings)
        output.lines(_line(finding, width) for finding in findings)
    return 0 if all(finding.ok for finding in findings) else MissingProgramError.exit_code


def _line(finding: Finding, width: int) -> str:
    mark = "ok     " if finding.found else "MISSING" if finding.needed else "absent "
    found = f"{shown(finding.found)}: " if finding.found else ""
    return f"{mark}  {finding.name:<{width}}  {found}{finding.serves}"
