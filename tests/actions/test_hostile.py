"""A folder of hostile files: each has its outcome, nothing else happens."""

import base64
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image


def png(width, height, rows=b""):
    """A PNG that claims any size."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", rows or zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def hostile(tmp_path, recordings):
    """Thirty files and more that would like to be taken for something else."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    video = (recordings / "a.mp4").read_bytes()
    (folder / "seg.ts").write_bytes(b"neighbour")
    Image.new("RGB", (64, 64), "red").save(folder / "x1.png")
    files = {
        b"concat.mp4": b"ffconcat version 1.0\nfile seg.ts\n",
        b"concat2.mp4": b"file 'seg.ts'\n",
        b"list.mp4": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nseg.ts\n#EXT-X-ENDLIST\n",
        b"manifest.mp4": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
        b"session.mp4": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nm=video 9 RTP/AVP 96\n",
        b"x%01d.png": png(32, 32),
        b"huge.png": png(60000, 60000),
        b"bomb.png": png(14000, 14000, zlib.compress(b"\0" * (14000 * 3 + 1) * 2000)),
        b"truncated.mp4": video[: len(video) // 2],
        b"headless.mp4": video[200:],
        b"empty.mp4": b"",
        b"one.jpg": b"\xff",
        b"soi.jpg": b"\xff\xd8\xff",
        b"zeros.mp4": bytes(100_000),
        b"noise.mp4": hashlib.shake_256(b"noise").digest(50_000),
        b"noise.jpg": b"\xff\xd8\xff\xe0" + hashlib.shake_256(b"jpeg").digest(20_000),
        b"noise.mkv": b"\x1a\x45\xdf\xa3" + hashlib.shake_256(b"mkv").digest(20_000),
        b"noise.heic": b"\0\0\0\x18ftypheic\0\0\0\0" + hashlib.shake_256(b"heic").digest(9_000),
        b"noise.gif": b"GIF89a" + hashlib.shake_256(b"gif").digest(9_000),
        b"noise.webp": b"RIFF\xff\xff\0\0WEBPVP8 " + hashlib.shake_256(b"webp").digest(9_000),
        b"program.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n",
        b"vector.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///x"/></svg>',
        b"page.mp4": b"<html><script>alert(1)</script></html>",
        b"script.mp4": b"#!/bin/sh\ntouch /tmp/owned\n",
        b"subtitle.mp4": b"1\n00:00:00,000 --> 00:00:09,000\nhello\n",
        b"new\nline.mp4": video,
        b"-rf": video[:5000],
        b"\xff\xfe\x80.mp4": video,
        "\u202egpj.mp4".encode(): video,
        b"[red]markup\x1b[31m.mp4": video,
        b"claims.mp4": claimed_frames(video),
    }
    for name, content in files.items():
        (Path(os.fsdecode(os.fsencode(folder))) / os.fsdecode(name)).write_bytes(content)
    os.mkfifo(folder / "pipe.mp4")
    (folder / "loop").symlink_to(folder)
    (folder / "ring1").symlink_to("ring2")
    (folder / "ring2").symlink_to("ring1")
    here = Path.cwd()
    os.chdir(folder)
    door = socket.socket(socket.AF_UNIX)
    door.bind("door.mp4")
    os.chdir(here)
    yield folder
    door.close()


def claimed_frames(video):
    """A container whose tables claim 10,000 frames, with none of the picture data there."""
    start = video.find(b"stsz")
    body = bytearray(video)
    body[start + 12 : start + 16] = struct.pack(">I", 10_000)
    data = video.find(b"mdat")
    body[data + 4 :] = bytes(len(body) - data - 4)
    return bytes(body)


def snapshot(folder):
    """Everything below a folder: names, sizes, times."""
    return {
        path: (status.st_size, status.st_mtime_ns, status.st_mode)
        for path in sorted(Path(folder).rglob("*"))
        if (status := path.lstat())
    }


def test_each_hostile_file_has_its_outcome_and_nothing_else_happens(hostile, tmp_path):
    before = snapshot(hostile)
    command = [sys.executable, "-m", "mediaev", "-C", str(tmp_path / "case"), "scan", "--json"]
    scan = subprocess.Popen(
        [*command, str(hostile)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        cwd=tmp_path,
    )
    output, errors = scan.communicate()
    assert scan.returncode == 3, errors.decode()
    assert b"Traceback" not in errors
    document = json.loads(output)
    outcomes = {path_of(each): each for each in document["files"]}
    assert set(outcomes) == {
        os.path.join(os.fsencode(hostile), name) for name in os.listdir(os.fsencode(hostile))
    }
    status = {os.path.basename(path): each["status"] for path, each in outcomes.items()}

    for name in (b"new\nline.mp4", b"\xff\xfe\x80.mp4", "\u202egpj.mp4".encode()):
        assert status[name] in {"new", "known"}
    assert status[b"x1.png"] == "new"
    for name in (
        b"concat.mp4",
        b"list.mp4",
        b"manifest.mp4",
        b"session.mp4",
        b"seg.ts",
        b"page.mp4",
    ):
        assert status[name] == "not-media", name
    for name in (
        b"huge.png",
        b"claims.mp4",
        b"pipe.mp4",
        b"door.mp4",
        b"truncated.mp4",
        b"soi.jpg",
    ):
        assert status[name] in {"failed", "partial", "refused"}, name
    for each in document["failed"]:
        assert each["reason"], each
    assert "60000" in outcomes[os.path.join(os.fsencode(hostile), b"huge.png")]["reason"]

    assert snapshot(hostile) == before
    made = {path.name for path in tmp_path.iterdir()}
    assert made <= {"case", "hostile", "config", "state"}
    # The scan led a session of its own: nobody may be left in it.
    left = subprocess.run(["pgrep", "-s", str(scan.pid)], capture_output=True, check=False)
    assert left.stdout == b""


def path_of(document):
    """The exact bytes of a path in a JSON document."""
    if "path_b64" in document:
        return base64.b64decode(document["path_b64"])
    return document["path"].encode()
