"""Sound as an examination hears it: its times, what is too quiet or steady, and what is broken."""

import struct
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from media_factory import ffmpeg

from mediaev.compare.sound_profile import GATE, RATE, SOUND
from mediaev.examine.fingerprint import sound as describing
from mediaev.examine.fingerprint.sound import SoundDescriber
from mediaev.model.examination import ExaminationStatus
from mediaev.model.exhibit import Kind
from mediaev.model.fingerprint import Region

SPEECH = (
    "aevalsrc='0.4*sin(2*PI*t*(300+200*sin(2*PI*0.7*t)))*(0.3+0.7*abs(sin(2*PI*1.3*t)))"
    "+0.3*sin(2*PI*t*(900+500*sin(2*PI*0.43*t+1)))*abs(sin(2*PI*0.9*t+2))"
    "+0.2*sin(2*PI*t*(2000+700*sin(2*PI*0.31*t)))*abs(sin(2*PI*1.9*t))"
    "+0.02*(random(0)-0.5)':s=16000"
)


def heard(found):
    """The fingerprint of the sound, or None."""
    return next((each for each in found.fingerprints if each.region is Region.SOUND), None)


def sound_file(media, name, source, seconds=4, *options):
    path = media.path(name)
    ffmpeg("-f", "lavfi", "-i", source, "-t", seconds, *options, path)
    return path


def spoken_film(media, name, *, delay=0.0, seconds=4, options=()):
    """A video whose sound begins `delay` seconds after the picture."""
    path = media.path(name)
    ffmpeg(
        *("-f", "lavfi", "-i", f"testsrc2=s=160x120:r=10:d={seconds}"),
        *("-itsoffset", delay, "-f", "lavfi", "-t", seconds, "-i", SPEECH),
        *("-pix_fmt", "yuv420p", *options, path),
    )
    return path


def wav(samples, *, rate=8000, channels=1, form=1, bits=16):
    """The bytes of a WAV file whose heading may claim anything."""
    data = samples.tobytes()
    step = min(65535, max(1, channels * bits // 8))
    heading = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, form, channels, rate),
        *(min(rate * step, 2**32 - 1), step, bits, b"data", len(data)),
    )
    return heading + data


@pytest.mark.parametrize("suffix", ["wav", "mp3", "opus", "m4a", "flac"])
def test_sound_alone_is_described_by_the_second(media, look, suffix):
    found = look(sound_file(media, f"sound.{suffix}", SPEECH))
    sound = heard(found)
    assert (found.kind, sound.descriptor, sound.time_base) == (Kind.AUDIO, SOUND, Fraction(1, RATE))
    assert [float(each) for each in sound.times()][:4] == pytest.approx([0, 1, 2, 3], abs=0.01)
    assert max(sound.quality) >= GATE


def test_a_minute_takes_less_than_eight_kilobytes(media, look):
    sound = heard(look(sound_file(media, "sound.flac", SPEECH, 60)))
    assert len(sound.ticks) + len(sound.bits) + len(sound.quality) <= 8000


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov"])
def test_times_count_from_the_first_picture(media, look, suffix):
    sound = heard(look(spoken_film(media, f"late.{suffix}", delay=1.5)))
    assert float(sound.times()[0]) == pytest.approx(1.5, abs=0.1)


def test_a_video_has_both_and_the_picture_does_not_change(media, look):
    path = spoken_film(media, "film.mp4")
    found, mute = look(path), look(media.copy("mute.mp4", path, "-an"))
    pictures = tuple(each for each in found.fingerprints if each.region is not Region.SOUND)
    assert pictures == mute.fingerprints
    assert heard(found) is not None
    assert heard(mute) is None
    assert found.flags == ()


@pytest.mark.parametrize("source", ["anullsrc", "anoisesrc=a=0.00003", "sine=f=50:r=16000"])
def test_silence_and_hum_below_the_bands_bear_no_witness(media, look, source):
    sound = heard(look(sound_file(media, "quiet.flac", source)))
    assert sound is None or max(sound.quality) == 0


@pytest.mark.parametrize(
    "source",
    [
        "sine=f=440",
        "aevalsrc=0.2*sin(200*PI*t)+0.1*sin(600*PI*t)+0.1*sin(1000*PI*t)+0.002*(random(0)-0.5)",
        "anoisesrc=c=white:a=0.2",
        "anoisesrc=c=pink:a=0.2",
        "anoisesrc=c=brown:a=0.5",
    ],
)
@pytest.mark.parametrize("options", [(), ("-c:a", "aac", "-b:a", "64k")])
def test_tones_and_steady_noise_bear_no_witness(media, look, source, options):
    sound = heard(look(sound_file(media, "steady.mkv", source, 10, *options)))
    # The first and the last second may: there the sound begins and ends.
    assert sound is None or max(sound.quality[1:-2]) < GATE


def test_silent_seconds_take_no_room(media, look):
    source = f"{SPEECH},volume=0:enable='between(t,3,33)'"
    sound = heard(look(sound_file(media, "pause.flac", source, 36)))
    assert sound.count <= 8
    assert float(sound.times()[-1]) == pytest.approx(35, abs=1.01)


def test_sound_that_changes_its_form_midway_is_heard_on(media, look):
    one = sound_file(media, "one.ts", SPEECH, 3, "-c:a", "mp2", "-ar", "44100", "-ac", "2")
    two = sound_file(media, "two.ts", SPEECH, 3, "-c:a", "mp2", "-ar", "16000", "-ac", "1")
    found = look(media.write("joined.ts", one.read_bytes() + two.read_bytes()))
    assert found.status in {ExaminationStatus.OK, ExaminationStatus.PARTIAL}
    assert heard(found).count >= 5


def test_damaged_sound_does_no_harm_to_the_picture(media, look):
    path = spoken_film(media, "film.mkv", options=("-c:a", "flac"))
    whole = look(path)
    content = bytearray(path.read_bytes())
    chance = np.random.default_rng(1)
    # FLAC frames begin with ff f8; what follows is broken in each.
    place = content.find(b"\xff\xf8")
    while place >= 0:
        content[place + 2 : place + 40] = chance.bytes(38)
        place = content.find(b"\xff\xf8", place + 40)
    found = look(media.write("broken.mkv", bytes(content)))
    assert found.kind is Kind.VIDEO
    pictures = [each for each in found.fingerprints if each.region is not Region.SOUND]
    assert pictures == [each for each in whole.fingerprints if each.region is not Region.SOUND]
    assert {"sound_damaged", "sound_undecodable"} & set(found.flags)


@pytest.mark.parametrize("rate", [1, 7, 4_000_000, 2**32 - 1])
def test_absurd_rates_end_in_an_outcome(media, look, rate):
    samples = np.random.default_rng(1).integers(-9000, 9000, 40_000).astype("<i2")
    found = look(media.write("absurd.wav", wav(samples, rate=rate)))
    assert found.reason or heard(found) is None or heard(found).count < 100


@pytest.mark.parametrize("channels", [0, 64, 255, 65535])
def test_absurd_channels_end_in_an_outcome(media, look, channels):
    samples = np.random.default_rng(1).integers(-9000, 9000, 40_000).astype("<i2")
    found = look(media.write("absurd.wav", wav(samples, channels=channels)))
    assert found.status in set(ExaminationStatus)
    assert found.reason or found.kind is Kind.AUDIO


def test_samples_that_are_no_numbers_are_silence(media, look):
    samples = np.random.default_rng(1).normal(0, 0.1, 32_000).astype("<f4")
    samples[::50], samples[7::50], samples[9::50] = np.nan, np.inf, -3e38
    found = look(media.write("nan.wav", wav(samples, form=3, bits=32)))
    assert found.status is ExaminationStatus.OK
    assert heard(found).count >= 3


def test_seconds_of_sound_are_bounded_and_the_cut_is_said(media, look, monkeypatch):
    monkeypatch.setattr(describing, "_AT_ONCE", RATE)
    found = look(sound_file(media, "long.flac", SPEECH, 10), sound_seconds=3)
    assert heard(found).count <= 5
    assert "sound_cut" in found.flags


def test_pieces_of_any_size_give_the_same(monkeypatch):
    chance = np.random.default_rng(2)
    samples = chance.normal(0, 0.1, 20 * RATE + 345).astype(np.float32)
    samples *= np.repeat(chance.random(len(samples) // 2000 + 1), 2000)[: len(samples)]

    def described(pieces, at_once):
        monkeypatch.setattr(describing, "_AT_ONCE", at_once)
        describer = SoundDescriber()
        describer.begin(100)
        for piece in np.array_split(samples, pieces):
            describer.add(piece)
        return describer.fingerprint(100)

    whole = described(1, 10**9)
    assert whole.count == 21
    for pieces, at_once in ((7, 10**9), (500, 3 * RATE), (2000, 1)):
        assert described(pieces, at_once) == whole


def test_hours_of_sound_take_no_more_memory():
    describer = SoundDescriber()
    describer.begin(0)
    second = np.random.default_rng(3).normal(0, 0.1, RATE).astype(np.float32)
    tracemalloc.start()
    try:
        for _ in range(900):
            describer.add(second)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert describer.count >= 840
    assert peak < 60e6


@pytest.mark.parametrize("length", [0, 1, 2, 500, 1023, 1024, 1025, 2048, 9000])
def test_snippets_end_in_an_outcome(length):
    describer = SoundDescriber()
    describer.begin(0)
    describer.add(np.full(length, 0.1, dtype=np.float32))
    made = describer.fingerprint(0)
    assert made is None or made.count <= 2
