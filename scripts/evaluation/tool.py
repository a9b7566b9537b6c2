"""mediaev as a stranger runs it: `scan` once, then `find --jsonl`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation.clock import cpu_seconds
from evaluation.truth import Box, Query, Span, Trial

AT_ONCE = 100
"""Files of one command, so that no command line grows too long."""
ACCEPTED = 0.5
COPIES = frozenset({"identical", "same-recording", "excerpt-of", "contains", "overlaps"})
FINE = {"scan": {0, 3}, "find": {0, 1, 3}}
"""Exit codes with which a verb has done its work; 3 lists files that could not be read."""


class ToolError(Exception):
    """The tool ended with an exit code that it should not have."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One aligned interval as the tool tells it."""

    query: Span
    exhibit: Span
    speed: float
    ambiguous: bool = False
    """Whether the tool says that the offset could be another as well."""


@dataclass(frozen=True, slots=True)
class Found:
    """One exhibit that the tool named for a query."""

    exhibit: str
    relation: str
    score: float
    segments: tuple[Segment, ...]
    mirrored: bool
    rotation: float
    box: Box
    box_in: str
    evidence: dict[str, Any]
    differences: tuple[dict[str, Any], ...] = ()
    closer: str | None = None
    """Which side the tool calls closer to the source: `query` or `exhibit`."""

    @property
    def accepted(self) -> bool:
        """Whether the tool itself would call it a copy."""
        return self.relation in COPIES and self.score >= ACCEPTED

    @classmethod
    def of(cls, match: dict[str, Any]) -> Found:
        """One of the `matches` of `find --jsonl`."""
        transform = match["transform"]
        return cls(
            match["exhibit"].removeprefix("sha256:"),
            match["relation"],
            match["score"],
            tuple(
                Segment(
                    tuple(each["query"]),
                    tuple(each["exhibit"]),
                    each["speed"],
                    bool(each.get("offset_ambiguous", False)),
                )
                for each in match["segments"]
            ),
            transform["mirrored"],
            transform["rotation"],
            Box(*transform["box"]),
            transform.get("box_in", "exhibit"),
            match["evidence"],
            tuple(match.get("differences", ())),
            match.get("closer_to_source"),
        )


@dataclass(slots=True)
class Run:
    """Everything that one run over a trial gave."""

    answers: dict[str, tuple[Found, ...]] = field(default_factory=dict)
    """By query name."""
    failed: dict[str, str] = field(default_factory=dict)
    """Queries that could not be read, and why."""
    scan_seconds: float = 0.0
    """CPU seconds of `scan` with all its child processes."""
    find_seconds: float = 0.0
    case_bytes: int = 0
    said: list[str] = field(default_factory=list)
    """What the tool said on standard error."""


def run_tool(trial: Trial, work: Path, learned: str | None = None) -> Run:
    """Scan the library into a new case, ask every query, and throw the case away.

    `learned` is what both verbs are given as `--learned`.
    """
    done = Run()
    model = ["--learned", learned] if learned else []
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as place:
        case = Path(place, "case")
        for paths in _batches([exhibit.path for exhibit in trial.library]):
            command = ["-C", str(case), "-q", "scan", *model, "--json", *paths]
            _, seconds = _mediaev("scan", command, place, done)
            done.scan_seconds += seconds
        done.case_bytes = sum(each.stat().st_size for each in case.rglob("*") if each.is_file())
        names = {str(query.path): query for query in trial.queries}
        for paths in _batches([Path(each) for each in names]):
            command = ["-C", str(case), "-q", "find", *model, "--jsonl", *paths]
            lines, seconds = _mediaev("find", command, place, done)
            done.find_seconds += seconds
            _read(lines, names, done)
    missing = [query.name for query in trial.queries if query.name not in done.answers]
    if missing:
        raise ToolError(f"no answer for {len(missing)} queries: {', '.join(missing[:5])}")
    return done


def _read(lines: str, names: dict[str, Query], done: Run) -> None:
    for line in lines.splitlines():
        answer = json.loads(line)
        query = names[answer["query"]]
        done.answers[query.name] = tuple(Found.of(match) for match in answer["matches"])
        if answer["status"] != "ok":
            done.failed[query.name] = str(answer["error"])


def _mediaev(verb: str, command: Sequence[str], home: str, done: Run) -> tuple[str, float]:
    """Standard output and CPU seconds of one command."""
    environment = dict(os.environ)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        environment[name] = str(Path(home, name))
    root = Path(__file__).resolve().parents[2]
    environment |= {"PYTHONPATH": str(root), "PYTHONSAFEPATH": "1"}
    start = cpu_seconds()
    ended = subprocess.run(  # noqa: S603 - our own program, no shell
        [sys.executable, "-m", "mediaev", *command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    seconds = cpu_seconds() - start
    said = ended.stderr.decode(errors="replace").strip()
    if ended.returncode not in FINE[verb]:
        raise ToolError(f"mediaev {verb} ended with exit code {ended.returncode}: {said}")
    done.said += said.splitlines()
    return ended.stdout.decode(), seconds


def _batches(paths: Sequence[Path]) -> Iterator[list[str]]:
    for start in range(0, len(paths), AT_ONCE):
        yield [str(path) for path in paths[start : start + AT_ONCE]]
