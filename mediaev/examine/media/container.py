"""Opening containers of video and sound with FFmpeg's libraries, by content alone.

FFmpeg will follow whatever a file asks it to: playlists name other files, image sequences
take in neighbours, network protocols call home. Here it gets a list of formats that hold
their own data, no protocol, a nameless stream, and a refusal for anything else it opens.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, BinaryIO, NoReturn

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from mediaev.errors import DamagedMediaError, NotMediaError
from mediaev.examine.media import sniff
from mediaev.examine.media.source import ByteSource
from mediaev.model.examination import MediaFacts

FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2",
    "matroska,webm",
    "3gp",
    "aac",
    "ac3",
    "aiff",
    "amr",
    "amrnb",
    "amrwb",
    "ape",
    "asf",
    "au",
    "av1",
    "avi",
    "caf",
    "dhav",
    "dts",
    "dv",
    "eac3",
    "flac",
    "flv",
    "gxf",
    "h263",
    "h264",
    "hevc",
    "ivf",
    "ivr",
    "live_flv",
    "m4v",
    "mp3",
    "mpc",
    "mpc8",
    "mpeg",
    "mpegts",
    "mpegvideo",
    "mxf",
    "nsv",
    "nut",
    "obu",
    "ogg",
    "rm",
    "tta",
    "vc1",
    "vvc",
    "w64",
    "wav",
    "wtv",
    "wv",
)
"""FFmpeg's names of the containers and elementary streams that are accepted."""

_MAX_STREAMS = 100
_BUFFER = 1 << 18
_NO_PROTOCOL = "none"


def open_stream(file: ByteSource | BinaryIO) -> InputContainer:
    """Open a nameless stream. Raises whatever PyAV does."""
    options = {
        "format_whitelist": ",".join(FORMATS),
        "protocol_whitelist": _NO_PROTOCOL,
        "max_streams": str(_MAX_STREAMS),
    }
    stream: Any = file
    opened: InputContainer = av.open(
        stream,
        mode="r",
        options=options,
        metadata_errors="replace",
        buffer_size=_BUFFER,
        io_open=_refuse,
    )
    return opened


def open_container(source: ByteSource) -> InputContainer:
    """Open a video or sound file.

    Raises NotMediaError, or DamagedMediaError when its first bytes are a container's.
    """
    try:
        return open_stream(source.fresh())
    except MemoryError:
        raise
    except Exception as error:
        if name := sniff.container(source.head(sniff.HEAD)):
            message = f"It begins as {name}, but cannot be opened: {said(error)}."
            raise DamagedMediaError(message) from error
        message = "Its content is no picture, video or sound in a format that is accepted."
        raise NotMediaError(message) from error


def main_picture(container: InputContainer) -> VideoStream | None:
    """The stream that shows the recording: never a cover picture; None if there is none."""
    pictures = [stream for stream in container.streams.video if not _is_cover(stream)]
    candidates = [stream for stream in pictures if is_known(stream)] or pictures
    best = container.streams.best("video")
    if isinstance(best, VideoStream) and best in candidates:
        return best
    return candidates[0] if candidates else None


def picture_stream(container: InputContainer, max_pixels: int) -> VideoStream | None:
    """The main picture, if there is one and it can be decoded.

    Raises DamagedMediaError when there is no decoder for it, or when it claims more than
    `max_pixels`.
    """
    stream = main_picture(container)
    if stream is None:
        return None
    if not is_known(stream):
        raise DamagedMediaError("There is no decoder for its picture.")
    # Sizes may change later in the stream, and cores are used over files, not within one.
    stream.codec_context.options = {"max_pixels": str(max_pixels)}
    stream.codec_context.thread_count = 1
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > max_pixels:
        message = f"It claims {width}×{height} pixels; more than {max_pixels} are not decoded."
        raise DamagedMediaError(message)
    return stream


def sound_stream(container: InputContainer) -> AudioStream | None:
    """The first stream of sound for which there is a decoder."""
    return next(filter(is_known, container.streams.audio), None)


def stream_seconds(stream: Stream) -> Fraction | None:
    """How long the container says that one stream lasts."""
    if stream.duration and stream.duration > 0 and stream.time_base:
        return stream.duration * stream.time_base
    return None


def declared_seconds(container: InputContainer) -> Fraction | None:
    """How long the container says that all its streams together last."""
    if container.duration and container.duration > 0:
        return Fraction(container.duration, av.time_base)
    return None


def container_facts(
    container: InputContainer, picture: VideoStream | None, size: int
) -> MediaFacts:
    """What the container says about itself, before anything is decoded."""
    sound = sound_stream(container)
    duration = _seconds(container, picture)
    return MediaFacts(
        format=_format(container),
        duration=duration,
        width=picture.codec_context.width if picture else None,
        height=picture.codec_context.height if picture else None,
        frame_rate=picture.average_rate if picture else None,
        video_codec=codec_name(picture) if picture else "",
        audio_codec=codec_name(sound) if sound else "",
        audio_channels=sound.codec_context.channels if sound else None,
        audio_sample_rate=sound.codec_context.sample_rate if sound else None,
        bit_rate=round(size * 8 / duration) if duration else None,
    )


def _format(container: InputContainer) -> str:
    """One name for FFmpeg's families: `mov`, `mp4` or `3gp` by the brand, else the first."""
    name = container.format.name.partition(",")[0]
    if name != "mov":
        return name
    brand = container.metadata.get("major_brand", "qt").strip()
    return {"qt": "mov", "3g": "3gp"}.get(brand[:2], "mp4")


def _seconds(container: InputContainer, picture: VideoStream | None) -> Fraction | None:
    own = stream_seconds(picture) if picture is not None else None
    return own or declared_seconds(container)


def codec_name(stream: Stream) -> str:
    """FFmpeg's name of the codec, whichever decoder is used for it."""
    return str(stream.codec_context.codec.canonical_name)


def is_known(stream: Stream) -> bool:
    """Whether there is a decoder for it."""
    return getattr(stream, "codec_context", None) is not None


def _is_cover(stream: VideoStream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _refuse(url: str, flags: int, options: dict[str, Any]) -> NoReturn:
    del url, flags, options
    raise PermissionError("a recording opens no other file")


def said(error: Exception) -> str:
    """FFmpeg's own words, without the number and the stand-in for a file name."""
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)
