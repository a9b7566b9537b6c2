from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.custody import tiles, tree
from mediaev.custody.form import NoteError

BODIES = [b"event %d" % number for number in range(66_100)]
HASHES = [tree.leaf_hash(body) for body in BODIES]


def written(size):
    writer = tiles.TileWriter()
    files = {}
    for body in BODIES[:size]:
        files.update(writer.add(body))
    files.update(writer.rest())
    return files


@pytest.fixture(scope="module")
def large():
    """A log that needs a third level of tiles."""
    return written(len(BODIES))


def reader(files, size):
    widths = {(level, number): width for level, number, width in tiles.tile_widths(size)}
    return tiles.node_reader(
        lambda level, number: files[tiles.tile_path(level, number, widths[level, number])]
    )


def test_paths_are_those_of_the_specification():
    assert tiles.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.tile_path(2, 0, 1) == "tile/2/000.p/1"
    assert tiles.bundle_path(999) == "tile/entries/999"
    assert tiles.bundle_path(1000, 7) == "tile/entries/x001/000.p/7"


def test_a_log_has_the_tiles_that_the_specification_counts():
    widths = list(tiles.tile_widths(70_000))
    assert widths.count((0, 273, 112)) == 1
    assert [one for one in widths if one[0]] == [(1, 0, 256), (1, 1, 17), (2, 0, 1)]
    assert len([one for one in widths if one[0] == 0 and one[2] == 256]) == 273
    assert list(tiles.tile_widths(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles.tile_widths(0)) == []


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 1000])
def test_exactly_those_are_written(size):
    files = written(size)
    hashes = {tiles.tile_path(*one) for one in tiles.tile_widths(size)}
    assert {path for path in files if "entries" not in path} == hashes
    bundles = [files[path] for path in sorted(files) if "entries" in path]
    assert [entry for one in bundles for entry in tiles.unpacked_bundle(one)] == BODIES[:size]


def test_roots_and_proofs_come_out_of_tiles(large):
    size = len(BODIES)
    node = reader(large, size)
    root = tree.root(HASHES)
    assert tree.root_of(node, size) == root
    for index in (0, 255, 256, 65_535, 65_536, 66_047, 66_048, size - 1):
        path = tree.inclusion_path(node, index, size)
        assert tree.verify_inclusion(HASHES[index], index, size, path, root)
    for old in (1, 256, 65_536, 65_537, 66_000, size):
        path = tree.consistency_path(node, old, size)
        assert tree.verify_consistency(old, size, tree.root(HASHES[:old]), root, path)


def test_a_proof_reads_few_tiles(large):
    asked = []
    widths = {(level, number): width for level, number, width in tiles.tile_widths(len(BODIES))}

    def read(level, number):
        asked.append((level, number))
        return large[tiles.tile_path(level, number, widths[level, number])]

    tree.inclusion_path(tiles.node_reader(read), 40_000, len(BODIES))
    assert len(asked) == len(set(asked)) <= 5


@given(st.integers(1, 700), st.data())
def test_proofs_read_lazily_are_those_of_the_whole_log(size, data):
    index = data.draw(st.integers(0, size - 1))
    node = reader(written(size), size)
    assert tree.inclusion_path(node, index, size) == tree.inclusion_proof(HASHES[:size], index)
    old = index + 1
    assert tree.consistency_path(node, old, size) == tree.consistency_proof(HASHES[:size], old)


def test_a_tile_that_is_cut_short_is_named(large):
    node = tiles.node_reader(lambda level, number: large["tile/0/000"][:-1])
    with pytest.raises(NoteError, match="shorter"):
        node(7, 1)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_bundle_or_refused(bundle):
    try:
        entries = tiles.unpacked_bundle(bundle)
    except NoteError:
        return
    assert tiles.packed_bundle(entries) == bundle


def test_bundles_hold_no_more_than_they_may():
    with pytest.raises(NoteError):
        tiles.packed_bundle([bytes(65_536)])
    with pytest.raises(NoteError):
        tiles.unpacked_bundle(bytes(2 * 257))


def test_the_tiles_of_a_log_written_by_another_program(vectors):
    """Tessera's golden log: from its entries come its tiles, byte for byte, at every size."""
    log = vectors / "tessera" / "testdata" / "log"
    bundles = sorted((log / "tile/entries/000.p").iterdir(), key=lambda path: int(path.name))
    assert len(bundles) == 15
    for path in bundles:
        writer = tiles.TileWriter()
        for entry in tiles.unpacked_bundle(path.read_bytes()):
            assert list(writer.add(entry)) == []
        files = dict(writer.rest())
        assert len(files) == 2
        for name, content in files.items():
            assert (log / name).read_bytes() == content
