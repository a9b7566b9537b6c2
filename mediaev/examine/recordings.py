"""Examining containers of video and sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from av.container import InputContainer
from av.video.stream import VideoStream

from mediaev.errors import DamagedMediaError, EvidenceError, NotMediaError
from mediaev.examine import thumbnails
from mediaev.examine.describing import VideoDescriber
from mediaev.examine.filming import FilmMaker, KeyframeDescriber
from mediaev.examine.media import sniff
from mediaev.examine.media.container import (
    container_facts,
    declared_seconds,
    open_container,
    picture_stream,
)
from mediaev.examine.media.developing import Developer
from mediaev.examine.media.frames import Progress, Sampler, Shown
from mediaev.examine.media.sound import Listener, listen, listener
from mediaev.examine.media.source import ByteSource
from mediaev.model.examination import (
    Examination,
    ExaminationStatus,
    ExamineSettings,
    MediaFacts,
)
from mediaev.model.exhibit import Kind
from mediaev.model.fingerprint import Fingerprint
from mediaev.ports import Descriptor

_SHORT_SECONDS = 1
_SHORT_SHARE = Fraction(1, 20)
"""What may be missing at the end of a whole recording: rounding, a last packet, a fade."""
_DAMAGED_SHARE = Fraction(1, 50)
"""Packets that may be damaged before only a part of a recording counts as decoded."""


def examine_recording(
    source: ByteSource, settings: ExamineSettings, descriptors: Sequence[Descriptor]
) -> Examination:
    """Examine a video or sound file. Raises NotMediaError and DamagedMediaError."""
    with open_container(source) as container:
        stream = picture_stream(container, settings.max_pixels)
        facts = container_facts(container, stream, source.size)
        if stream is not None:
            found = _video(container, stream, facts, settings, descriptors)
        elif heard := listener(container, settings.sound_seconds):
            found = _sound(container, facts, heard)
        else:
            raise NotMediaError("The container holds neither picture nor sound.")
    if found is None:
        raise _undecodable(source)
    return found


def _video(
    container: InputContainer,
    stream: VideoStream,
    facts: MediaFacts,
    settings: ExamineSettings,
    descriptors: Sequence[Descriptor],
) -> Examination | None:
    """Examine a video; None when not a single frame could be decoded."""
    heard = listener(container, settings.sound_seconds)
    sampler = Sampler(container, stream, heard.hear if heard else None)
    clock = sampler.clock
    pictures = _Pictures(stream, clock.time_base, facts.duration, settings, descriptors)
    for shown in sampler.samples(
        settings.samples_per_second, settings.max_samples, settings.film_per_second
    ):
        pictures.add(shown)
    developer = pictures.developer
    if developer is None:
        return None
    reason, flags = _completeness(sampler.progress, clock.end, container, facts)
    return Examination(
        Kind.VIDEO,
        ExaminationStatus.PARTIAL if reason else ExaminationStatus.OK,
        reason,
        replace(
            facts,
            duration=clock.end,
            rotation=developer.rotation,
            mirrored=developer.mirrored,
        ),
        pictures.describer.fingerprints() + _profile(heard, clock.origin),
        pictures.keyframes.features(),
        pictures.film.film(),
        flags=tuple(flags | clock.flags | (heard.flags if heard else set())),
        thumbnail=pictures.poster.jpeg,
    )


class _Pictures:
    """All that is made of a video's pictures: fingerprints, keyframes, film and thumbnail."""

    def __init__(
        self,
        stream: VideoStream,
        time_base: Fraction,
        duration: Fraction | None,
        settings: ExamineSettings,
        descriptors: Sequence[Descriptor],
    ) -> None:
        self.developer: Developer | None = None
        """None until there is a frame."""
        self.describer = VideoDescriber(time_base, descriptors)
        self.keyframes = KeyframeDescriber(
            time_base, settings.frame_features, settings.keyframes_per_minute
        )
        self.film = FilmMaker(time_base)
        tenth = (duration or Fraction(0)) / 10
        self.poster = thumbnails.Poster(settings.thumbnail_edge, int(tenth / time_base))
        self._pixel_aspect = stream.sample_aspect_ratio
        self._side = settings.frame_side

    def add(self, shown: Shown) -> None:
        """Take the next frame that was drawn."""
        developer = self.developer or Developer(shown.frame, self._pixel_aspect)
        self.developer = developer
        picture = developer.luma(shown.frame)
        self.film.add(shown.tick, picture)
        if not shown.sampled:
            return
        self.describer.add(shown.tick, picture, new_scene=shown.new_scene)
        larger = partial(developer.detail, shown.frame, self._side)
        self.keyframes.add(shown.tick, picture, larger, new_scene=shown.new_scene)
        self.poster.offer(picture, shown.tick, partial(developer.colour, shown.frame))


def _profile(heard: Listener | None, origin: Fraction) -> tuple[Fingerprint, ...]:
    """The fingerprint of the sound, if anything was heard."""
    made = heard.fingerprint(origin) if heard else None
    return () if made is None else (made,)


def _sound(container: InputContainer, facts: MediaFacts, heard: Listener) -> Examination | None:
    """Examine a file of sound alone; None when nothing of it could be decoded."""
    progress = listen(container, heard)
    if not progress.frames:
        return None
    return Examination(
        Kind.AUDIO,
        ExaminationStatus.PARTIAL if progress.stopped else ExaminationStatus.OK,
        f"Reading stopped: {progress.stopped}." if progress.stopped else "",
        replace(facts, duration=progress.covered or facts.duration),
        _profile(heard, heard.origin),
        flags=tuple(heard.flags),
    )


def _completeness(
    progress: Progress, end: Fraction, container: InputContainer, facts: MediaFacts
) -> tuple[str, set[str]]:
    """Why a video counts as decoded in part only (empty if whole), and flags."""
    declared = declared_seconds(container)
    missing = _is_short(progress.covered, declared)
    differs = _is_short(end, facts.duration) or _is_short(facts.duration or end, end)
    flags = {"duration_differs"} if differs else set()
    if progress.errors:
        flags.add("damaged_packets")
    damaged = progress.errors > progress.packets * _DAMAGED_SHARE
    if progress.stopped or missing or (damaged and differs):
        whole = max(declared or end, facts.duration or end)
        why = f": {progress.stopped}" if progress.stopped else ""
        return f"Decoding stopped at {float(end):.1f} s of {float(whole):.1f} s{why}.", flags
    if damaged:
        return f"{progress.errors} of {progress.packets} packets are damaged.", flags
    return "", flags


def _is_short(seconds: Fraction, declared: Fraction | None) -> bool:
    if declared is None:
        return False
    missing = declared - seconds
    return missing > _SHORT_SECONDS and missing > declared * _SHORT_SHARE


def _undecodable(source: ByteSource) -> EvidenceError:
    """Bytes that only by chance look like an elementary stream are no media at all."""
    if sniff.container(source.head(sniff.HEAD)):
        return DamagedMediaError("No frame could be decoded.")
    return NotMediaError("Its content is no picture, video or sound that can be decoded.")
