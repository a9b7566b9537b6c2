"""Lists made to harm: bounded memory and time, every line accounted for, no surprise."""

import io
import time
import tracemalloc

import pytest

from mediaev.errors import UnfitListError
from mediaev.lists import documents, reading
from mediaev.model.hash_list import Unfit

MD5 = "0123456789abcdef" * 2


def test_a_line_of_ten_megabytes_is_passed_over_and_named(got):
    found = got(f"{MD5}\n{'a' * 10_000_000}\n{MD5}\n")
    assert [each.line for each in found.entries] == [1, 3]
    assert [(type(each), each.line) for each in found.others] == [(Unfit, 2)]
    assert "longer than" in found.others[0].says


def test_a_line_of_ten_megabytes_without_an_end(got):
    found = got(f"{MD5}\n" + "a" * 10_000_000)
    assert len(found.entries) == len(found.others) == 1


def test_nul_characters_inside_are_named_by_line(got):
    padding = f"{MD5}\n" * 200
    found = got(f"{padding}{MD5[:16]}\0{MD5[16:]}\n{MD5}\n")
    assert len(found.entries) == 201
    assert [(each.line, each.says) for each in found.others] == [(201, "holds a NUL character")]


def test_any_number_of_unfit_lines_take_no_memory():
    content = (f"{MD5}\n" * 200).encode() + b"\0\n" * 20_000
    tracemalloc.start()
    items = reading.read(io.BytesIO(content), len(content)).items
    unfit = sum(1 + each.more for each in items if isinstance(each, Unfit))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert unfit == 20_000
    assert peak < 1_000_000


def test_names_that_are_not_utf8_keep_their_bytes_visible(got):
    (entry,) = got(MD5.encode() + b"  clip\xff\xfe.mp4\n").entries
    assert entry.label == r"clip\xff\xfe.mp4"


def test_formulas_and_markup_in_cells_are_just_text(got):
    found = got(
        f'md5,filename\n{MD5},"=HYPERLINK(""http://x"",""y"")"\n{MD5},@SUM(A1)\n'
        f"{MD5},\x1b[31mred\u202e\n"
    )
    labels = [each.label for each in found.entries]
    assert labels == ['=HYPERLINK("http://x","y")', "@SUM(A1)", "\x1b[31mred\u202e"]


def test_a_quotation_that_does_not_end_swallows_no_further_line(got):
    found = got(f'md5,filename\n{MD5},"begun\n{MD5},b.mp4\n{MD5},c.mp4\n')
    assert [each.line for each in found.entries] == [3, 4]
    assert [each.line for each in found.others] == [2]


@pytest.mark.parametrize("bomb", ["[" * 200_000, '{"a":' * 200_000, '[{"a":[' * 100_000])
def test_json_nested_without_end_is_refused(got, bomb):
    with pytest.raises(UnfitListError, match="nested"):
        got(bomb)


def test_wide_json_builds_no_tree():
    content = b"[" + b'{"a":[]},' * 5_000 + f'{{"md5":"{MD5}"}}]'.encode()
    tracemalloc.start()
    items = reading.read(io.BytesIO(content), len(content)).items
    kinds = [type(each).__name__ for each in items]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kinds.count("Entry") == 1
    assert kinds.count("LeftOut") == 5_000
    assert peak < 500_000


def test_a_string_that_does_not_end_and_one_of_backslashes_take_no_time(got):
    started = time.process_time()
    for content in ('["' + "\\" * 2_000_001, '["' + "a" * 2_000_000, '[{"md5": ' * 10):
        found = got(content)
        assert found.entries == []
        assert found.others
    assert time.process_time() - started < 5


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    class Untouchable(io.BytesIO):
        def read(self, *_):
            raise AssertionError

    with pytest.raises(UnfitListError, match="lists of up to") as refused:
        reading.read(Untouchable(), reading.LIST_BYTES + 1)
    assert "Split" in refused.value.advice


def test_json_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "DOCUMENT_BYTES", 100)
    content = b"[" + b'"x",' * 100 + b"]"
    with pytest.raises(UnfitListError, match="JSON of"):
        reading.read(io.BytesIO(content), len(content))


def test_a_video_of_millions_of_frames_is_refused_in_json_and_parted_in_text(got, monkeypatch):
    for module in (documents, "mediaev.lists.frames"):
        name = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{name}.MOST_FRAMES", 3)
    frames = [f'"{MD5 * 2},100,{second}.0"' for second in range(4)]
    with pytest.raises(UnfitListError, match="more than 3 frames"):
        got(f"[{','.join(frames)}]")
    lines = "".join(f"{second},100,{MD5 * 2},{second}.0\n" for second in range(7))
    assert [len(each.quality) for each in got(lines).entries] == [3, 3, 1]


def test_numbers_that_are_no_times_or_qualities_are_named(got):
    digits = MD5 * 2
    found = got(
        f"0,100,{digits},0.0\n1,101,{digits},1.0\n2,100,{digits},1e300\n3,100,{digits},nan\n"
    )
    assert len(found.entries) == 1
    assert [each.line for each in found.others] == [2, 3, 4]
