"""Nothing but plain values is rebuilt from what a worker sends."""

import os
import pickle
from dataclasses import fields
from fractions import Fraction

import pytest

from mediaev.jobs.wire import LENGTH, frame, plain_value
from mediaev.model.claim import Claim, ReaderRun, ReaderStatus
from mediaev.model.examination import Examination, ExaminationStatus
from mediaev.model.exhibit import Kind
from mediaev.model.fingerprint import Fingerprint, Region
from mediaev.ports import Failure


class Calls:
    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


def test_an_examination_comes_through_whole():
    fingerprint = Fingerprint("x/1", Region.FULL, Fraction(1, 90_000), bytes(8), bytes(32), b"\1")
    examination = Examination(
        Kind.VIDEO,
        ExaminationStatus.PARTIAL,
        fingerprints=(fingerprint,),
        claims=(Claim("width", 3, "a 1", "File:ImageWidth"),),
        readers=(ReaderRun("a", ReaderStatus.ERROR, "b"),),
        libraries={"av": "1"},
    )
    packed = frame(examination)
    assert LENGTH.unpack(packed[: LENGTH.size])[0] == len(packed) - LENGTH.size
    found = plain_value(packed[LENGTH.size :])
    for each in fields(Examination):
        assert getattr(found, each.name) == getattr(examination, each.name)


@pytest.mark.parametrize("value", [Failure("error", "x"), {1, 2}, frozenset({3}), 2**80, "ü", None])
def test_plain_values_come_through(value):
    assert plain_value(pickle.dumps(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        Calls(os.system, "true"),
        Calls(eval, "1"),
        Calls(getattr, Kind, "__mro__"),
        Calls(getattr, "text", "join"),
        Calls(open, "/etc/passwd"),
        os.path.join,
        Calls,
    ],
)
def test_everything_else_is_refused(value):
    with pytest.raises(Exception):  # noqa: B017, PT011
        plain_value(pickle.dumps(value))


@pytest.mark.parametrize(
    "path",
    [
        ("mediaev.model.exhibit", "base64.b64decode"),
        ("mediaev.model.exhibit", "shown"),
        ("mediaev.model.exhibit", "base64"),
        ("mediaev.ports", "Any"),
        ("builtins", "eval"),
    ],
)
def test_no_way_leads_from_our_modules_to_others(path):
    module, name = (each.encode() for each in path)
    stream = b"\x80\x04\x8c" + bytes([len(module)]) + module
    stream += b"\x8c" + bytes([len(name)]) + name + b"\x93."
    with pytest.raises(pickle.UnpicklingError):
        plain_value(stream)


def test_junk_is_refused():
    for junk in (b"", b"\x80", b"junk", b"\x80\x05."):
        with pytest.raises(Exception):  # noqa: B017, PT011
            plain_value(junk)
