"""`mediaev anchor`: third parties' time over the log."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable

import click

from mediaev.actions.anchor_documents import anchored_document, asked_document
from mediaev.actions.anchoring import ENOUGH, QUEUED, Anchored, Asked, chosen_authorities
from mediaev.actions.case import Case
from mediaev.cli.choices import Choices
from mediaev.cli.display import output
from mediaev.cli.display.anchor_lines import asked_line, checking_lines, sending_lines
from mediaev.cli.display.wording import count
from mediaev.cli.options import verb
from mediaev.errors import EvidenceError, IncompleteError, UsageError


@verb(
    example="mediaev anchor\nmediaev anchor --offline\nmediaev anchor --add example.tsr\n"
    "mediaev anchor --renew"
)
@click.option(
    "--authority",
    "names",
    multiple=True,
    metavar="NAME",
    help="Ask only this authority; may be given several times.",
)
@click.option("--offline", is_flag=True, help="Only write the requests, and say how to send them.")
@click.option(
    "--add",
    "answers",
    multiple=True,
    metavar="FILE",
    help="Take in an answer that was fetched elsewhere; may be given several times.",
)
@click.option(
    "--renew",
    is_flag=True,
    help="Vouch anew for all earlier time stamps, with SHA-512, before their certificates end.",
)
@click.option("--dry-run", is_flag=True, help="Say who would be asked; send and write nothing.")
def command(
    choices: Choices,
    *,
    names: tuple[str, ...],
    offline: bool,
    answers: tuple[str, ...],
    renew: bool,
    dry_run: bool,
) -> int:
    """Have third parties stamp the log's newest head with their time.

    This is the only verb that uses the network. It asks the authorities that you configured,
    two or more of them (docs/third-party-time.md), to sign a digest of the newest signed head
    and the time. That proves to strangers that all events under the head were logged by then,
    and later ones not before. No file, no name and no digest of a file is sent. What cannot be
    sent now waits in log/anchors. Exit code 3 means that some authorities did not vouch for
    the head, 5 that none did.
    """
    _refuse_contradictions(names, answers, others=offline or renew or dry_run)
    if dry_run:
        return _say_what_would_be(choices, names, offline=offline)

    def tell(asked: Asked) -> None:
        if choices.form == "jsonl":
            output.json_line(asked_document(asked))
        elif choices.form == "text":
            output.line(asked_line(asked))
            output.flush()

    if not answers:
        chosen_authorities(names)  # before the case is touched
    with Case.open(choices.folder, write=True) as case:
        if answers:
            anchored = case.add_anchors(answers, authority="".join(names), tell=tell)
        else:
            _announce(choices, names, offline=offline)
            anchored = case.anchor(names, offline=offline, renew=renew, tell=tell)
        if choices.form == "json":
            output.json_document(anchored_document(anchored))
        elif choices.form == "text":
            _summary(choices, case, anchored)
    return _code(anchored)


def _refuse_contradictions(
    names: tuple[str, ...], answers: tuple[str, ...], *, others: bool
) -> None:
    if answers and others:
        raise UsageError("--add goes with none of --offline, --renew and --dry-run.")
    if answers and len(names) > 1:
        raise UsageError("With --add, --authority names the one that answered.")


def _announce(choices: Choices, names: tuple[str, ...], *, offline: bool) -> None:
    if not offline and sys.stderr.isatty():
        output.note(choices, f"asking {', '.join(each.name for each in chosen_authorities(names))}")


def _say_what_would_be(choices: Choices, names: tuple[str, ...], *, offline: bool) -> int:
    authorities = chosen_authorities(names)
    with Case.open(choices.folder) as case:
        head = case.store.newest_checkpoint()
    size = 0 if head is None else head.size
    does = "write a request for" if offline else "ask"
    if choices.form != "text":
        asked = [{"authority": each.name, "url": each.address} for each in authorities]
        output.document(choices, {"events": size, "offline": offline, "would_ask": asked})
        return 0
    for each in authorities:
        output.line(f"would {does} {each.name} at {each.address}")
    output.line(f"over the log of {count(size, 'event')}, and what this run adds")
    return 0


def _summary(choices: Choices, case: Case, anchored: Anchored) -> None:
    good = [each for each in anchored.asked if each.is_good]
    if good:
        by = count(len(good), "time stamp")
        output.line(f"The first {count(anchored.size, 'event')} of the log: {by}.")
    if anchored.renewed is not None:
        output.line(f"Listed anew, with SHA-512: {count(anchored.renewed, 'earlier time stamp')}.")
    _listed("To check with OpenSSL:", checking_lines(case.folder, anchored.asked))
    sending = list(sending_lines(case.folder, anchored.asked))
    if sending:
        case_named = f"mediaev -C {shlex.quote(str(case.folder))}"
        sending += [
            f"{case_named} anchor --add {each.authority}.tsr" for each in _waiting(anchored)
        ]
    _listed("To send what waits, from here or another machine, and bring the answer:", sending)
    if case.store.key_warning:
        output.note(choices, f"warning: {case.store.key_warning}")
    if anchored.found:
        what = count(anchored.found, "answer")
        output.note(choices, f"{what} lay in log/anchors unrecorded, and is in the log now")
    if anchored.superseded:
        what = count(anchored.superseded, "older request")
        output.note(choices, f"{what} need not be sent any more: the new ones cover as much")
    asked = {each.authority for each in anchored.asked}
    if len(asked) < ENOUGH and not any(each.status == QUEUED for each in anchored.asked):
        output.note(choices, "one authority alone may lie or lose its key; configure a second one")


def _waiting(anchored: Anchored) -> list[Asked]:
    return [each for each in anchored.asked if each.anchor is None]


def _listed(title: str, texts: Iterable[str]) -> None:
    lines = list(texts)
    if lines:
        output.line()
        output.line(title)
        for text in lines:
            output.line(f"  {text}")


def _code(anchored: Anchored) -> int:
    open_ = [each for each in anchored.asked if not each.is_good and each.status != QUEUED]
    if not open_:
        return 0
    return (
        EvidenceError.exit_code if len(open_) < len(anchored.asked) else IncompleteError.exit_code
    )
