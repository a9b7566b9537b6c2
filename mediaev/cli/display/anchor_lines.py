"""Time stamps and brackets as lines."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from mediaev.actions.anchoring import QUEUED, UNREACHABLE, Asked
from mediaev.cli.display.wording import count
from mediaev.custody.anchors import written
from mediaev.custody.bracket import Bracket
from mediaev.custody.timestamp import QUERY
from mediaev.custody.verify import Anchor


def asked_line(asked: Asked) -> str:
    """What became of one request, in a line."""
    if asked.status == QUEUED:
        return f"{asked.authority}: the request waits to be sent"
    if asked.status == UNREACHABLE:
        return f"{asked.authority}: no answer: {asked.says}; the request waits"
    if asked.anchor is not None and asked.is_good:
        return f"{asked.authority}: {_time(asked.anchor)}, by {asked.anchor.signer}"
    lacks = f"({asked.status}): {asked.says}"
    return f"{asked.authority}: the answer is kept, and counts for nothing {lacks}"


def sending_lines(folder: Path, asked: Iterable[Asked]) -> Iterator[str]:
    """How to fetch the answers to requests that wait, on any machine."""
    for each in asked:
        if each.configured is None or each.status not in {QUEUED, UNREACHABLE}:
            continue
        request = folder / "log" / "anchors" / str(each.size) / f"{each.file}.tsq"
        user = f"--user {shlex.quote(each.configured.user)} " if each.configured.user else ""
        yield (
            f"curl --silent --show-error --max-time 60 {user}-H 'Content-Type: {QUERY}' "
            f"--data-binary @{_quoted(request)} -o {each.authority}.tsr "
            f"{shlex.quote(each.configured.address)}"
        )


def checking_lines(folder: Path, asked: Iterable[Asked]) -> Iterator[str]:
    """How to check good time stamps with OpenSSL."""
    for each in asked:
        anchor, by = each.anchor, each.configured
        if by is None or anchor is None or anchor.time is None or not each.is_good:
            continue
        log = folder / "log"
        roots = _quoted(by.root_files[0])
        if len(by.root_files) > 1:
            roots = f"<(cat {' '.join(map(_quoted, by.root_files))})"
        between = "".join(f" -untrusted {_quoted(path)}" for path in by.between_files[:1])
        yield (
            f"openssl ts -verify -data {_quoted(log / 'checkpoints' / f'{each.size}.txt')} "
            f"-in {_quoted(log / 'anchors' / str(each.size) / f'{each.file}.tsr')} "
            f"-CAfile {roots}{between} -attime {int(anchor.time.timestamp())}"
        )


def anchor_line(anchor: Anchor) -> str:
    """What a time stamp shows, in a line."""
    head = f"the first {count(anchor.size, 'event')}: {anchor.name}"
    if anchor.sound:
        until = f", certificates until {written(anchor.valid_until)}" if anchor.valid_until else ""
        return f"{head}, there by {_time(anchor)}{until}"
    told = f" tells {_time(anchor)}, but" if anchor.time else ""
    if anchor.kind == "good":
        return f"{head}{told} the log does not continue its checkpoint"
    return f"{head}{told} counts for nothing ({anchor.kind}): {anchor.says}"


def bracket_text(bracket: Bracket) -> str:
    """Between which times an event was logged, in a phrase; empty if nothing is known."""
    sides = (("not before", bracket.not_before), ("not after", bracket.not_after))
    return ", ".join(
        f"{side} {written(bound.time)} ({bound.authority})" for side, bound in sides if bound
    )


def _time(anchor: Anchor) -> str:
    if anchor.time is None:
        return "no time"
    accuracy = anchor.accuracy.total_seconds()
    return written(anchor.time) + (f" ±{accuracy:g} s" if accuracy else "")


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
