"""The five parts of the measurement, and what each of them adds to the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evaluation.corpus import Corpus
from evaluation.edits import COMPILATIONS, STILL_EDITS, VIDEO_EDITS
from evaluation.excerpts import COMPILATION, FORMS, excerpts_trial
from evaluation.listening import listening_report, of_sound
from evaluation.naming import naming_report
from evaluation.relating import relating_report
from evaluation.relations import RELATION_EDITS, relations_trial
from evaluation.scoring import Method, of_tool
from evaluation.sound import sound_trial
from evaluation.sound_edits import SOUND_EDITS
from evaluation.stills import stills_trial
from evaluation.tool import Run
from evaluation.truth import Trial
from evaluation.video import video_trial
from evaluation.workshop import Workshop

Addition = Callable[[Trial, Run], tuple[list[str], dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Part:
    """A trial, how the tool's answers count in it, and which edits it knows."""

    trial: Callable[[Corpus, Workshop], Trial]
    edits: tuple[str, ...]
    method: Callable[[Run], Method] = of_tool
    adds: Addition | None = None
    pictures: bool = True
    """Whether it is pictures whose place and time are asked for."""


PARTS = {
    "stills": Part(stills_trial, tuple(STILL_EDITS)),
    "video": Part(video_trial, (*VIDEO_EDITS, *COMPILATIONS)),
    "sound": Part(sound_trial, tuple(SOUND_EDITS), of_sound, listening_report, pictures=False),
    "relations": Part(relations_trial, RELATION_EDITS, adds=relating_report, pictures=False),
    "excerpts": Part(
        excerpts_trial, (*(form.name for form in FORMS), COMPILATION), adds=naming_report
    ),
}
EDITS = {edit for part in PARTS.values() for edit in part.edits}
