"""File names on their way to a strange disk, and back."""

import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.export.disk_names import LONGEST, disk_name, neutral_name, original_name

any_name = st.binary(max_size=120).map(lambda raw: raw.replace(b"\0", b"").replace(b"/", b""))


def is_safe(name):
    encoded = name.encode()  # raises for what is no text
    assert 0 < len(encoded) <= LONGEST
    assert not set(name) & set('%/\\:*?"<>|\r\n\0')
    assert name.isprintable()
    assert name == unicodedata.normalize("NFC", name)
    assert name[0] not in "-. ~"
    assert name[-1] not in ". "


@given(any_name)
def test_a_disk_name_is_safe_and_means_just_one_name(name):
    disk = disk_name(name)
    is_safe(disk)
    assert original_name(disk) in {name, None}
    if original_name(disk) is None:
        assert len(name) * 3 > LONGEST - 20 or not name


@given(st.text(max_size=60).filter(lambda text: "\0" not in text and "/" not in text))
def test_text_of_any_script_is_safe_too(text):
    is_safe(disk_name(text.encode("utf-8", "replace")))


def test_names_that_break_things_stay_apart_even_where_case_and_form_are_one(hard_names):
    made = [disk_name(name) for name in hard_names]
    for each in made:
        is_safe(each)
    folded = {unicodedata.normalize("NFD", each).casefold() for each in made}
    assert len(folded) == len(hard_names)


def test_plain_names_stay_as_they_are():
    for name in ("IMG_0042.JPG", "Zoë at night, 2.mp4", "شاهد.mp4", "a.b-c_d~e.tar.gz"):
        assert disk_name(name.encode()) == name


def test_long_names_keep_their_ending_and_differ_if_they_did():
    one, other = (disk_name(b"x" * 300 + end) for end in (b"1.mp4", b"2.mp4"))
    assert one.endswith(".mp4")
    assert one != other


@pytest.mark.parametrize("name", ["con", "NUL.txt", "com1.jpg", "Aux."])
def test_devices_of_old_systems_are_no_names(name):
    assert disk_name(name.encode()).partition(".")[0].lower() != name.partition(".")[0].lower()
    assert original_name(disk_name(name.encode())) == name.encode()


def test_a_neutral_name_tells_of_the_bytes_alone():
    assert neutral_name("ab" * 32, "mov,mp4,m4a") == "abababababab.mov"
    assert neutral_name("ab" * 32, "") == "abababababab.bin"
    assert neutral_name("ab" * 32, "../../x") == "abababababab.x"


def test_the_disk_takes_them_all(hard_names, tmp_path):
    for name in hard_names:
        (tmp_path / disk_name(name)).write_bytes(name)
    found = {each: (tmp_path / each).read_bytes() for each in os.listdir(tmp_path)}
    assert len(found) == len(hard_names)
    assert all(original_name(disk) in {name, None} for disk, name in found.items())
