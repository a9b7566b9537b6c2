"""Animated GIF, WebP, PNG and AVIF: frames with the times at which viewers show them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from PIL import Image

from mediaev.examine.media import stills

TIME_BASE = Fraction(1, 1000)
_FORMATS = {"GIF", "WEBP", "PNG", "AVIF"}
_SHORTEST = 20
_USUAL = 100
"""Milliseconds: browsers show a frame that claims less than 20 for 100."""
_LAST_GAP = 250


def is_animated(image: Image.Image) -> bool:
    """Whether an opened picture has more than one frame to be shown one after the other."""
    try:
        return image.format in _FORMATS and bool(getattr(image, "is_animated", False))
    except (OSError, ValueError, EOFError, SyntaxError):
        return False


class Film:
    """Plays an animation once and draws samples from it."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        self.frames = 0
        """How many were decoded."""
        self.end = 0
        """Millisecond at which the last frame ends."""
        self.stopped = ""
        """Why it could not be played to its end."""

    def samples(self, per_second: int, at_most: int) -> Iterator[tuple[int, stills.Still]]:
        """Draw each frame that starts a new slot of the regular grid, and the last one.

        Yields its tick and the picture, which is overwritten by the next one.
        """
        slot, drawn, tick, last = -1, 0, 0, 0
        for duration in self._play():
            tick, self.end = self.end, self.end + duration
            if (now := tick * per_second // 1000) > slot:
                if drawn == at_most:
                    self.stopped = f"Only {at_most} samples are taken of one animation."
                    return
                slot, drawn, last = now, drawn + 1, tick
                yield tick, self._shown()
        if self.frames and tick - last > _LAST_GAP and drawn < at_most and not self.stopped:
            yield tick, self._shown()

    def _shown(self) -> stills.Still:
        return stills.Still(self._image, *stills.turn(self._image))

    def _play(self) -> Iterator[int]:
        """Compose frame after frame into the image; yield how long each is shown."""
        while True:
            try:
                self._image.seek(self.frames)
                self._image.load()
            except EOFError:
                return
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001  (decoders raise anything)
                self.stopped = (
                    f"It is damaged or cut off after {self.frames} frames ({stills.said(error)})."
                )
                return
            self.frames += 1
            claimed = self._image.info.get("duration", 0)
            duration = int(claimed) if isinstance(claimed, int | float) else 0
            yield duration if duration >= _SHORTEST else _USUAL
