"""Nothing that may identify people stands openly in the log, wherever a person put it."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mediaev.cli.main import run
from mediaev.custody.algorithms import Algorithm
from mediaev.model.decision import Decision, Place, Verdict
from mediaev.store import CaseStore

SECRETS = {
    name: f"Zq{name}Xv7"
    for name in (
        *("folder", "file", "notes", "pipe", "link", "target", "camera", "comment", "xmp"),
        *("operator", "list", "listname", "owner", "label", "export", "sheet", "clip", "model"),
        *("reason", "query", "host"),
    )
}
PUBLIC = {"organisation": "PublicOrganisation", "number": "PublicNumber-7"}


def spellings(secret: str) -> set[bytes]:
    """A text as it stands, in hexadecimal, in base64 at each alignment, and as a bare digest."""
    plain = secret.encode()
    found = {plain, plain.lower(), plain.hex().encode(), plain.hex().upper().encode()}
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain + bytes(3))
        # What the bytes around change of the first and last digits is cut off.
        found.add(encoded[(0, 2, 3)[before] : (before + len(plain)) * 8 // 6])
    for algorithm in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(algorithm, plain).digest()
        found |= {digest.hex().encode(), base64.b64encode(digest).rstrip(b"=")}
        found.add(base64.urlsafe_b64encode(digest).rstrip(b"="))
    return found


def photo(path: Path, size: tuple[int, int] = (640, 480)) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (9, 12, 3)).astype(np.uint8)
    picture = Image.fromarray(noise).resize((640, 480), Image.Resampling.BICUBIC).resize(size)
    exif = picture.getexif()
    exif[0x0110] = SECRETS["camera"]
    exif[0x010F] = "Maker"
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (48.0, 12.0, 31.4159), 3: "E", 4: (16.0, 22.0, 27.1828)})
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
        'syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
        f"<xmp:CreatorTool>https://example.org/v?id={SECRETS['xmp']}</xmp:CreatorTool>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    picture.save(path, exif=exif, xmp=xmp.encode(), comment=SECRETS["comment"])


@pytest.fixture(scope="module")
def planted(tmp_path_factory, tiny_model):
    """A case in which every act was done that the log knows, with secrets wherever one may be."""
    with pytest.MonkeyPatch.context() as settings:
        top = tmp_path_factory.mktemp("planted")
        settings.setenv("XDG_CONFIG_HOME", str(top / "config"))
        settings.setenv("XDG_STATE_HOME", str(top / "state"))
        settings.setenv("MEDIAEV_CASE", str(top / "case"))
        yield plant(top, tiny_model, settings)


def plant(top, tiny_model, settings):
    folder = top / SECRETS["folder"]
    folder.mkdir()
    photo(folder / f"{SECRETS['file']}.jpg")
    photo(folder / "copy.jpg", (480, 360))
    (folder / f"{SECRETS['notes']}.txt").write_text("who and where")
    (folder / "broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + SECRETS["comment"].encode() * 9)
    os.mkfifo(folder / f"{SECRETS['pipe']}.mp4")
    (folder / SECRETS["link"]).symlink_to(f"/home/{SECRETS['target']}/x.jpg")
    listed = top / f"{SECRETS['list']}.csv"
    listed.write_text(f"sha256,comment\n{'ab' * 32},{SECRETS['label']}\n")
    model = shutil.copy(tiny_model, top / f"{SECRETS['model']}.onnx")
    query = shutil.copy(folder / "copy.jpg", top / f"{SECRETS['query']}.jpg")
    place = top / "case"

    def act(*arguments, code=0):
        settings.setattr(sys, "argv", ["mediaev", *map(str, arguments)])
        assert run(list(map(str, arguments))) == code

    settings.setattr(socket, "gethostname", lambda: SECRETS["host"])
    named = ("--organisation", PUBLIC["organisation"], "--number", PUBLIC["number"])
    act("init", "--operator", SECRETS["operator"], *named)
    act("scan", folder, "--learned", model, code=3)
    act("scan", folder / f"{SECRETS['link']}", "--learned", model, code=3)
    act("find", query, "--learned", model)
    owned = ("--name", SECRETS["listname"], "--owner", SECRETS["owner"])
    act("hashes", "import", listed, *owned)
    act("hashes", "export", "--format", "sha256", "-o", top / SECRETS["export"], "--paths")
    with CaseStore.open(place, write=True) as store:
        match = store.matches()[0]
        places = (Place(match.a, 0.0, 1.0),)
        decision = Decision("boilerplate", "b-0123456789ab", Verdict.BOILERPLATE, places)
        store.record_decision(decision, reason=f"seen by {SECRETS['reason']}")
    act("show", match.id, "--sheet", top / f"{SECRETS['sheet']}.png")
    return place


def bodies(place: Path) -> bytes:
    with closing(sqlite3.connect(place / "case.db")) as database:
        return b"\n".join(body for (body,) in database.execute("SELECT body FROM event"))


def test_no_leaf_tells_what_may_identify_people(planted):
    leaves = bodies(planted)
    for kind in ("item.quarantine", "item.metadata", "item.derive", "list.import", "list.export"):
        assert f'"{kind}"'.encode() in leaves
    for each in PUBLIC.values():
        assert each.encode() in leaves  # else the search would find nothing whatever stood there
    for name, secret in SECRETS.items():
        assert [each for each in spellings(secret) if each in leaves] == [], name
    for told in (os.fsencode(planted.parent), b"48.20", b"16.37"):
        assert told not in leaves


def test_the_files_that_are_shown_to_strangers_tell_no_more(planted):
    shown = [*(planted / "log").rglob("*"), planted / "VERIFY.txt"]
    whole = b"\n".join(path.read_bytes() for path in shown if path.is_file())
    assert whole.count(b"mediaev.invalid/") > 2
    for secret in (*SECRETS.values(), *PUBLIC.values()):
        assert secret.encode() not in whole


def test_every_private_value_is_beside_the_log_and_nowhere_in_the_cache(planted):
    """The test plants what it says: each secret did reach the case."""
    database = b"".join(path.read_bytes() for path in planted.glob("case.db*"))
    cache = b"".join(path.read_bytes() for path in (planted / "cache").rglob("*") if path.is_file())
    assert cache
    for name in SECRETS.keys() - {"query", "clip", "comment"}:
        assert any(each in database for each in spellings(SECRETS[name])), name
    for secret in SECRETS.values():
        assert not any(each in cache for each in spellings(secret))


def test_nothing_of_a_private_key_is_in_the_case(planted):
    keys = planted.parent / "config" / "mediaev" / "keys"
    pems = sorted(keys.glob("*.pem"))
    assert len(pems) == len(Algorithm)
    for pem in pems:
        lines = [line for line in pem.read_bytes().splitlines() if b"-" not in line]
        raw = base64.b64decode(b"".join(lines))[-32:]
        assert len(raw) == 32
        for path in planted.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert not any(each in content for each in (*lines, raw, raw.hex().encode())), path
