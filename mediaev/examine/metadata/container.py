"""Containers of video and sound, by FFmpeg's libraries: streams and their tags."""

from __future__ import annotations

from fractions import Fraction
from typing import BinaryIO

import av
from av.container import InputContainer
from av.stream import Stream

from mediaev.examine.media.container import (
    codec_name,
    declared_seconds,
    is_known,
    main_picture,
    open_stream,
    sound_stream,
    stream_seconds,
)
from mediaev.examine.metadata.places import iso_6709_claims
from mediaev.examine.metadata.stills import STILLS
from mediaev.examine.metadata.times import capture_claims, container_claim, iso_time
from mediaev.model.claim import Claim, ClaimValue
from mediaev.model.examination import MediaFacts

_SOURCE = f"av {av.__version__}"
_APPLE = "com.apple.quicktime."
_TEXTS = (
    ("camera_make", (f"{_APPLE}make", "make", "manufacturer"), "Make"),
    ("camera_model", (f"{_APPLE}model", "model"), "Model"),
    ("software", (f"{_APPLE}software",), "Software"),
    ("encoder", ("encoder", "software"), "Encoder"),
    ("container_brand", ("major_brand",), "MajorBrand"),
)

_Found = tuple[str, ClaimValue, str, str]
"""Field, value, tag, unit."""


class ContainerReader:
    """States what a container says about itself and its streams."""

    name = "av"
    version = av.__version__

    def accepts(self, facts: MediaFacts) -> bool:
        """Video and sound."""
        return bool(facts.format) and facts.format not in STILLS

    def read(self, file: BinaryIO, facts: MediaFacts) -> list[Claim]:
        """Claims of the container, of its tags and of its first streams."""
        with open_stream(file) as container:
            # Matroska's tags come in capitals, QuickTime's keys do not.
            tags = {key.lower(): value for key, value in container.metadata.items()}
            return [
                *_tag_claims(tags),
                *_time_and_place(tags),
                *_stream_claims(container, facts),
            ]


def _tag_claims(tags: dict[str, str]) -> list[Claim]:
    claims = []
    for field, keys, tag in _TEXTS:
        text = next((text for key in keys if (text := tags.get(key, "").strip())), "")
        if text:
            claims.append(Claim(field, text, _SOURCE, f"QuickTime:{tag}"))
    return claims


def _time_and_place(tags: dict[str, str]) -> list[Claim]:
    claims = []
    if stated := tags.get("creation_time"):
        claims.append(container_claim(stated, _SOURCE, "QuickTime:CreateDate"))
    if stated := tags.get(f"{_APPLE}creationdate"):
        tag = "Keys:CreationDate"
        claims += capture_claims(iso_time(stated), stated, _SOURCE, tag)
    for key, tag in (
        (f"{_APPLE}location.iso6709", "Keys:GPSCoordinates"),
        ("location", "UserData:GPSCoordinates"),
    ):
        claims += iso_6709_claims(tags.get(key, ""), _SOURCE, tag)
    if accuracy := _number(tags.get(f"{_APPLE}location.accuracy.horizontal")):
        tag = "Keys:LocationAccuracyHorizontal"
        claims.append(Claim("gps_accuracy", accuracy, _SOURCE, tag, "m"))
    return claims


def _stream_claims(container: InputContainer, facts: MediaFacts) -> list[Claim]:
    found: list[_Found] = [
        ("duration", _float(declared_seconds(container)), "QuickTime:Duration", "s"),
        ("data_tracks", len(container.streams.data), "QuickTime:DataTracks", ""),
        *_picture(container, facts),
        *_sound(container),
    ]
    return [Claim(field, value, _SOURCE, tag, unit) for field, value, tag, unit in found if value]


def _picture(container: InputContainer, facts: MediaFacts) -> list[_Found]:
    stream = main_picture(container)
    if stream is None:
        return []
    track = f"Track{stream.index + 1}"
    found: list[_Found] = [
        ("duration", _float(stream_seconds(stream)), f"{track}:MediaDuration", "s"),
        ("video_handler", _handler(stream), f"{track}:HandlerDescription", ""),
        ("frame_rate", _float(stream.average_rate), f"{track}:VideoFrameRate", "Hz"),
        ("rotation", facts.rotation, f"{track}:Rotation", "deg"),
    ]
    if is_known(stream):
        context = stream.codec_context
        found.append(("width", context.width, f"{track}:ImageWidth", "px"))
        found.append(("height", context.height, f"{track}:ImageHeight", "px"))
        found.append(("video_codec", codec_name(stream), f"{track}:CompressorID", ""))
    return found


def _sound(container: InputContainer) -> list[_Found]:
    stream = sound_stream(container)
    if stream is None:
        return []
    track = f"Track{stream.index + 1}"
    context = stream.codec_context
    return [
        ("audio_channels", context.channels, f"{track}:AudioChannels", ""),
        ("audio_sample_rate", context.sample_rate, f"{track}:AudioSampleRate", "Hz"),
    ]


def _handler(stream: Stream) -> str:
    """A handler's name; QuickTime writes its length in front, FFmpeg leaves it there."""
    name = stream.metadata.get("handler_name") or stream.metadata.get("HANDLER_NAME") or ""
    if name and ord(name[0]) == len(name.encode()) - 1:
        name = name[1:]
    return name.strip("\0 ")


def _float(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 6)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
