"""Whatever a list holds, it is read or refused; and what is written is read again."""

import io
from collections import Counter
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from mediaev.errors import UnfitListError
from mediaev.lists import FORMATS, Listed, Track, read, write
from mediaev.model.hash_list import Entry, EntryKind, LeftOut, Unfit

HEX = "0123456789abcdef"


def digits(count):
    return st.text(HEX, min_size=count, max_size=count)


def items(content):
    return list(read(io.BytesIO(content), len(content)).items)


PIECES = st.sampled_from(
    [
        *(",", "\t", ";", '"', "\n", "\r\n", "  ", "{", "}", "[", "]", ":", "\0", "\\", "#", "*"),
        *("hash", "md5", "pdq", "quality", "type", "frame", "=1+1", "0", "100", "%%%% ", "(", ")"),
        *("%%%% HASHDEEP-1.0", "%%%% size,md5,filename", "é", "\u202e", '"indicator":', "true"),
        *("a" * 64, "0" * 32, "f" * 16, "SHA256 (x) = ", "-1", "1e309", "9" * 20),
    ]
)


@given(st.lists(PIECES, max_size=60).map("".join), st.binary(max_size=6))
def test_no_content_does_more_than_be_refused(text, end):
    content = text.encode() + end
    with suppress(UnfitListError):
        for item in items(content):
            assert isinstance(item, Entry | LeftOut | Unfit)
            assert item.line >= 1
            if isinstance(item, Entry):
                assert len(item.bits) % item.kind.width == 0
                samples = len(item.bits) // item.kind.width
                assert samples >= 1
                assert len(item.quality) in {0, samples}
                assert len(item.ticks) in {0, samples}


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(content):
    with suppress(UnfitListError):
        items(content)


@given(st.lists(st.one_of(digits(32), digits(40), digits(128), st.text(HEX + "xyz ", max_size=70))))
def test_every_line_of_a_plain_list_is_accounted_for(lines):
    content = "".join(f"{each}\n" for each in ["0" * 32, *lines]).encode()
    told = items(content)
    expected = {1} | {place for place, line in enumerate(lines, 2) if line.strip()}
    assert {each.line for each in told} == expected


@given(st.lists(st.tuples(digits(64), st.integers(0, 100)), min_size=1, max_size=20))
def test_every_frame_of_a_vpdq_text_comes_out_in_order(frames):
    content = "".join(
        f"{place},{quality},{each},{place / 4:.3f}\n"
        for place, (each, quality) in enumerate(frames)
    )
    (entry,) = items(content.encode())
    assert entry.bits.hex() == "".join(each for each, _ in frames)
    assert list(entry.quality) == [quality for _, quality in frames]
    assert entry.ticks == tuple(250 * place for place in range(len(frames)))


NAMES = st.binary(min_size=1, max_size=20).filter(lambda name: b"\0" not in name)


@st.composite
def exhibits(draw):
    """An exhibit: a still, a video or neither, clear or not, of any name."""
    made = {"sha256": draw(digits(64))}
    if draw(st.booleans()):
        made["md5"] = draw(digits(32))
    video = draw(st.booleans())
    frames = draw(st.integers(0, 5 if video else 1))
    bits = draw(st.binary(min_size=32 * frames, max_size=32 * frames))
    quality = bytes(draw(st.lists(st.integers(0, 100), min_size=frames, max_size=frames)))
    track = Track(bits, quality, [place / 4 for place in range(frames)]) if frames else None
    pictures = {"phash": draw(digits(16)), "dhash": draw(digits(16))} if frames else {}
    name = draw(NAMES)
    return Listed(name, made, video, track, pictures)


@given(st.lists(exhibits(), min_size=1, max_size=5), st.sampled_from(sorted(FORMATS)))
def test_what_is_written_is_read_as_it_was(listed, form):
    left = Counter()
    content = b"".join(write(form, listed, left))
    told = items(content) if _says_something(content) else []
    assert [each for each in told if not isinstance(each, Entry)] == []
    found = {(each.kind.digest or each.kind.value, each.bits.hex()) for each in told}
    for each in listed:
        video = each.video and each.track is not None
        still = each.still()
        if form in {"sha256", "csv", "threatexchange"}:
            assert ("sha256", each.digests["sha256"]) in found
        if form in {"vpdq", "csv", "threatexchange"} and video:
            assert any(kind == "vpdq" and each.track.bits.hex() in bits for kind, bits in found)
        if form in {"pdq", "csv", "threatexchange"} and still and still[1] >= 50:
            assert any(still[0] == bits for _, bits in found)


def _says_something(content):
    return any(line and not line.startswith((b"hash,", b"kind,")) for line in content.splitlines())


def test_sha256_and_pdq_that_are_not_told_apart_are_taken_as_either():
    assert EntryKind.SHA256_OR_PDQ.digest == "sha256"
    assert EntryKind.SHA256_OR_PDQ.pictures == (EntryKind.PDQ,)
    assert EntryKind.PHASH_OR_DHASH.pictures == (EntryKind.PHASH, EntryKind.DHASH)
