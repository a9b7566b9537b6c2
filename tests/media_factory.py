"""Small media of every kind that tests need, made on the spot."""

import subprocess
import wave

import imageio_ffmpeg
import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def ffmpeg(*arguments, feed=None):
    """Run ffmpeg; what it prints shows only when it fails. Returns its standard output."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    done = subprocess.run(command, input=feed, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def scene(seed=0, size=(320, 180)):
    """A picture of blurred shapes that looks like no other seed's, and like no mirror image."""
    chance = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(int(each) for each in chance.integers(40, 216, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = (int(chance.integers(0, side)) for side in size)
        width, height = (int(chance.integers(8, max(9, side // 2))) for side in size)
        colour = tuple(int(each) for each in chance.integers(0, 256, 3))
        draw.ellipse((x - width // 2, y - height // 2, x + width // 2, y + height // 2), colour)
    return image.filter(ImageFilter.GaussianBlur(1))


def babble(path, seed, seconds, rate=16000):
    """Write sound that changes all the time, as speech does, and otherwise for each seed."""
    chance = np.random.default_rng(seed)
    count = seconds * rate
    sound = chance.normal(0, 0.003, count)
    for _ in range(8):
        ends = np.cumsum(chance.uniform(0.08, 0.5, seconds * 20) * rate).astype(int)
        which = np.searchsorted(ends, np.arange(count))
        pitch = 300 * 10 ** chance.random(len(ends))[which]
        loud = (chance.random(len(ends)) ** 3)[which]
        soft = np.convolve(loud, np.hanning(800) / 400, mode="same")
        sound += 0.15 * soft * np.sin(2 * np.pi * np.cumsum(pitch) / rate)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, count, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


class MediaFactory:
    """Makes files in one folder."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, name):
        return self.folder / name

    def write(self, name, content):
        """A file of given bytes."""
        path = self.path(name)
        path.write_bytes(content)
        return path

    def still(self, name, image=None, **options):
        """An image file; the format follows the name."""
        path = self.path(name)
        (image or scene()).save(path, **options)
        return path

    def video(self, name, *, seconds=2, rate=10, size="160x120", source="testsrc2", options=()):
        """A video of FFmpeg's test picture."""
        path = self.path(name)
        picture = f"{source}=s={size}:r={rate}:d={seconds}"
        if "=" in source:
            picture = f"{source}:s={size}:r={rate}:d={seconds}"
        ffmpeg("-f", "lavfi", "-i", picture, "-pix_fmt", "yuv420p", *options, path)
        return path

    def film(self, name, pictures, *, rate=10, options=("-pix_fmt", "yuv420p")):
        """A video of given pictures, all of one size."""
        path = self.path(name)
        width, height = pictures[0].size
        ffmpeg(
            *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", rate),
            *("-i", "-", *options, path),
            feed=b"".join(each.convert("RGB").tobytes() for each in pictures),
        )
        return path

    def copy(self, name, source, *options, before=()):
        """Another file with the same streams."""
        path = self.path(name)
        ffmpeg(*before, "-i", source, "-c", "copy", *options, path)
        return path
