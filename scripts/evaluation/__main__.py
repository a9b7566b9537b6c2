"""The command line of `scripts/evaluate`."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evaluation import chart
from evaluation.cache import Cache
from evaluation.corpus import read_corpus
from evaluation.footage import FootageError
from evaluation.parts import EDITS, PARTS, Part
from evaluation.peers.catalogue import PEERS, ask_peers
from evaluation.placing import placing
from evaluation.report import report
from evaluation.scoring import Count, figures
from evaluation.tool import ToolError, run_tool
from evaluation.truth import Trial
from evaluation.workshop import Workshop

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Make the trials, run the methods, print the figures."""
    asked = _parser().parse_args(arguments)
    unknown = set(asked.edits or ()) - EDITS
    if unknown:
        _say(f"no such edit: {', '.join(sorted(unknown))}. There are: {', '.join(sorted(EDITS))}")
        return 2
    peers = {"none": [], "all": list(PEERS)}.get(asked.peers, asked.peers.split(","))
    if unknown := set(peers) - set(PEERS):
        _say(f"no such peer: {', '.join(sorted(unknown))}. There are: {', '.join(PEERS)}")
        return 2
    if not asked.corpus.is_dir():
        _say(f"{asked.corpus}: no such folder; name one with photos and clips with --corpus")
        return 2
    edits = frozenset(asked.edits) if asked.edits else None
    shop = Workshop(Cache(asked.work / "made"), asked.seed, asked.sources, edits)
    try:
        parts = [asked.only] if asked.only else list(PARTS)
        documents, bars = _measure(parts, asked.corpus, peers, shop, asked.learned)
    except (FootageError, ToolError) as problem:
        _say(str(problem))
        return 1
    if asked.json:
        asked.json.write_text(json.dumps(_finite(documents), indent=1, allow_nan=False) + "\n")
    if asked.plot:
        chart.draw(asked.plot, bars)
    return 0


Bars = list[tuple[str, dict[str, dict[str, Count]]]]


def _measure(
    parts: list[str], folder: Path, peers: list[str], shop: Workshop, learned: str | None
) -> tuple[dict[str, Any], Bars]:
    """All parts, printed one by one; their figures as JSON and for the chart."""
    _say(f"reading {folder}")
    corpus = read_corpus(folder)
    date = datetime.now(UTC).date()
    print(
        f"{date}, {os.cpu_count()} cores, {platform.machine()}; seed {shop.seed}, "
        f"{len(corpus.photos)} photos, {len(corpus.clips)} clips, "
        f"{sum(clip.seconds for clip in corpus.clips) / 60:.1f} minutes"
    )
    for path, reason in corpus.left_out.items():
        print(f"left out: {path}: {reason}")
    print()
    documents: dict[str, Any] = {"date": str(date), "seed": shop.seed}
    bars: Bars = []
    for name in parts:
        if not any(map(shop.wants, PARTS[name].edits)):
            continue
        _say(f"{name}: making queries in {shop.cache.folder}")
        trial = PARTS[name].trial(corpus, shop)
        if not trial.positives:
            print(f"== {name}: the corpus holds nothing to edit\n")
            continue
        _say(f"{name}: {shop.cache.made} files made, {shop.cache.found} found; asking mediaev")
        documents[name], methods = _part(PARTS[name], trial, peers, shop, learned)
        bars.append((name, methods))
    return documents, bars


def _part(
    part: Part, trial: Trial, peers: list[str], shop: Workshop, learned: str | None
) -> tuple[dict[str, Any], dict[str, dict[str, Count]]]:
    """One part: run, score, print; its figures as JSON and for the chart."""
    run = run_tool(trial, shop.cache.folder, learned)
    others, absent = ask_peers(peers, trial, shop, _say)
    measured = [figures(trial, method, shop.seed) for method in [part.method(run), *others]]
    placed = placing(trial, run) if part.pictures else None
    more, document = part.adds(trial, run) if part.adds else ([], {})
    for line in report(trial, measured, placed, run, more):
        print(line, flush=True)
    for name, reason in absent.items():
        print(f"{name}: not measured, {reason}")
    print()
    document |= {
        "absent": absent,
        "methods": [each.document() for each in measured],
        "placing": placed.document() if placed else None,
        "scan_seconds": run.scan_seconds,
        "find_seconds": run.find_seconds,
        "case_bytes": run.case_bytes,
    }
    bars = {f"{each.method} accepts": each.accepted_per_edit for each in measured if each.accepted}
    return document, bars | {f"{each.method} @.99": each.per_edit for each in measured}


def _finite(value: Any) -> Any:
    """The same without numbers that JSON cannot hold: a threshold of infinity becomes null."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "scripts/evaluate", description="Measure how well edited copies are found."
    )
    beside = ROOT.parent / "shared" / "corpus" / "media"
    cached = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    add = parser.add_argument
    add("--corpus", type=Path, metavar="DIR", default=beside, help="photos and clips")
    add(
        "--work",
        type=Path,
        metavar="DIR",
        default=cached / "mediaev-evaluation",
        help="for made files",
    )
    add("--seed", type=int, default=1, help="another seed gives other edits of other sources")
    add("--only", choices=list(PARTS), help="one part alone")
    add("--edits", type=lambda text: text.split(","), metavar="NAME,…", help="these edits alone")
    add("--sources", type=int, metavar="N", help="recordings to edit in each part")
    add("--learned", metavar="FILE", help="passed on to mediaev: a learned model")
    add("--peers", default="none", metavar="NAME,…", help="`all`, `none` or some of them")
    add("--json", type=Path, metavar="FILE", help="all figures")
    add("--plot", type=Path, metavar="FILE.png", help="recall per edit as a chart")
    return parser


def _say(text: str) -> None:
    print(f"evaluate: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
