"""Examination: all that one look at an exhibit's bytes brought to light."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from mediaev.model.claim import Claim, ReaderRun
from mediaev.model.exhibit import Kind
from mediaev.model.features import LocalFeatures
from mediaev.model.film import Film
from mediaev.model.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True)
class ExamineSettings:
    """What an examination depends on besides the bytes; part of the cache key."""

    samples_per_second: int = 4
    """Regular video samples; scene changes come on top (`docs/decisions/0004-sampling.md`)."""
    max_pixels: int = 200_000_000
    """Pictures that claim more pixels are refused before they are decoded."""
    max_samples: int = 200_000
    """Samples of one video; past that the examination is partial."""
    sound_seconds: int = 200_000
    """Seconds of sound that are described; what follows is not compared."""
    film_per_second: int = 8
    """Frames of a video's film; a multiple of `samples_per_second`."""
    still_features: int = 400
    """Local features of a still at most."""
    still_side: int = 512
    """Longest side in pixels of the picture in which a still's features are sought."""
    frame_features: int = 200
    """Local features of a keyframe at most."""
    frame_side: int = 416
    """Longest side in pixels of a keyframe."""
    keyframes_per_minute: int = 40
    """Keyframes of footage that moves all the time; cuts come on top."""
    thumbnail_edge: int = 320
    """Longest side of the thumbnail in pixels; 0 for none."""
    learned: str = ""
    """Id of the learned descriptor that describes pictures besides the others; empty for none."""

    @property
    def id(self) -> str:
        """A short fixed spelling, stored with every examination."""
        own = (
            f"examine-2/{self.samples_per_second}fps/{self.film_per_second}film"
            f"/{self.still_features}at{self.still_side}/{self.frame_features}at{self.frame_side}"
            f"/{self.keyframes_per_minute}kpm/{self.max_pixels}px/{self.max_samples}n"
            f"/{self.sound_seconds}s"
        )
        return f"{own}/{self.learned}" if self.learned else own

    def is_met_by(self, settings: str) -> bool:
        """Whether an examination with these settings, by their id, found all that is asked for.

        One that a learned descriptor took part in did, where none is asked for.
        """
        return settings == self.id or (not self.learned and settings.startswith(f"{self.id}/"))


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What the decoder found; None where the file does not say or it does not apply."""

    format: str = ""
    """Container or image format in FFmpeg's or Pillow's spelling, lower case (`mp4`, `jpeg`)."""
    duration: Fraction | None = None
    """Seconds of picture (of sound, if there is no picture)."""
    width: int | None = None
    """Pixels as stored, before rotation."""
    height: int | None = None
    rotation: int = 0
    """Degrees clockwise that show the picture upright: 0, 90, 180, 270."""
    mirrored: bool = False
    """Whether EXIF orientation also mirrors the picture."""
    frame_rate: Fraction | None = None
    """Average frames per second."""
    video_codec: str = ""
    audio_codec: str = ""
    audio_channels: int | None = None
    audio_sample_rate: int | None = None
    """Hz."""
    bit_rate: int | None = None
    """Bits per second of the whole file."""
    animated: bool = False
    """A GIF, WebP or PNG with more than one frame."""


class ExaminationStatus(StrEnum):
    """How far an examination came."""

    OK = "ok"
    PARTIAL = "partial"
    NOT_MEDIA = "not-media"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Examination:
    """The result of examining an exhibit's bytes under given settings."""

    kind: Kind
    status: ExaminationStatus
    reason: str = ""
    """Why it is not ok, in one sentence for a person."""
    facts: MediaFacts = field(default_factory=MediaFacts)
    fingerprints: tuple[Fingerprint, ...] = ()
    features: LocalFeatures | None = None
    """None where there is no picture."""
    film: Film | None = None
    """None where there is no picture."""
    claims: tuple[Claim, ...] = ()
    flags: tuple[str, ...] = ()
    readers: tuple[ReaderRun, ...] = ()
    thumbnail: bytes = b""
    """JPEG, upright; empty if there is no picture."""
    settings: str = ""
    """`ExamineSettings.id` of the run."""
    libraries: dict[str, str] = field(default_factory=dict)
    """Decoder and descriptor libraries with their versions."""
