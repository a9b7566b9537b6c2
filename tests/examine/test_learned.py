"""Learned descriptors: networks that a user names, from tiny files the tests write."""

import contextlib
import os
import pickle
import struct
import sys

import cv2
import numpy as np
import onnx_factory as onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaev.compare.embeddings import directions
from mediaev.examine import examine
from mediaev.examine.fingerprint import BUILT_IN
from mediaev.examine.learned import LearnedDescriptor, UnfitModelError, probe
from mediaev.examine.learned.network import Network, looked_at
from mediaev.examine.learned.onnx import takes_and_gives
from mediaev.jobs import ProcessExecutor
from mediaev.model.examination import ExamineSettings
from mediaev.model.learned import Layout
from mediaev.ports import Descriptor, Failure, Limits, Sparse, Task

SHA = "0" * 64


def picture(seed, size=(160, 120)):
    grains = np.random.default_rng(seed).integers(0, 256, (6, 8), dtype=np.uint8)
    return np.asarray(cv2.resize(grains, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def probed(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        return probe(fd)
    finally:
        os.close(fd)


def cosine(one, other):
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.fixture
def descriptor(tiny_model):
    return LearnedDescriptor(os.fsencode(tiny_model), probed(tiny_model))


@pytest.mark.parametrize("layout", ["bytes", "floats"])
def test_a_network_of_either_layout_tells_pictures_apart(layout):
    weights = onnx.projection(layout=layout)
    model = looked_at(weights, SHA)
    assert (model.layout, model.numbers, model.height) == (Layout(layout), 64, 32)
    network = Network(weights)
    one = network.numbers(picture(1))
    assert cosine(one, network.numbers(picture(1, (320, 240)) // 2 + 40)) > 0.98
    assert abs(cosine(one, network.numbers(picture(2)))) < 0.6


def test_both_layouts_see_the_same_picture():
    grey, colours = (
        Network(onnx.projection(layout=layout)).numbers(picture(1))
        for layout in ("bytes", "floats")
    )
    assert cosine(grey, colours) > 0.999


def test_it_is_a_descriptor_that_can_go_to_a_worker(descriptor, tiny_model):
    assert isinstance(descriptor, Descriptor)
    assert isinstance(descriptor, Sparse)
    assert descriptor.bits == 8 * 64
    assert descriptor.id.startswith("learned/")
    assert descriptor.id.rpartition("/")[2].isdigit()
    again = pickle.loads(pickle.dumps(descriptor))
    assert again.describe([picture(1)]) == descriptor.describe([picture(1)])


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5), (2000, 30), (320, 180)])
def test_any_picture_has_numbers_and_a_quality(descriptor, size):
    bits, quality = descriptor.describe([picture(1, size)] * 2)
    assert len(bits) == 2 * 64
    assert bits[:64] == bits[64:]
    assert len(quality) == 2
    assert max(quality) <= 100


def test_pictures_are_described_each_for_itself(descriptor):
    pictures = [picture(seed) for seed in range(3)]
    alone = [descriptor.describe([each]) for each in pictures]
    assert descriptor.describe(pictures) == tuple(map(b"".join, zip(*alone, strict=True)))
    assert descriptor.describe([]) == (b"", b"")


def test_what_shows_nothing_does_not_speak(descriptor):
    chance = np.random.default_rng(0)
    flat = np.full((120, 160), 17, np.uint8)
    ramp = np.tile(np.linspace(0, 255, 160).astype(np.uint8), (120, 1))
    noisy = (flat + chance.integers(0, 3, flat.shape)).astype(np.uint8)
    _, quality = descriptor.describe([flat, flat * 0, ramp, noisy, picture(1)])
    assert max(quality[:4]) < descriptor.gate <= quality[4]


def test_mirrored_queries_meet_mirrored_pictures(tiny_model):
    model = probed(tiny_model)
    name = os.fsencode(tiny_model)
    plain = LearnedDescriptor(name, model)
    mirrored = LearnedDescriptor(name, model, mirrored=True)
    assert plain.id != mirrored.id
    luma = picture(4)
    assert mirrored.describe([luma])[0] == plain.describe([np.ascontiguousarray(luma[:, ::-1])])[0]


def test_a_video_is_described_once_a_second_and_at_cuts(media, descriptor, look):
    scenes = sys.modules["media_factory"]
    shots = [scenes.scene(seed, (160, 96)) for seed in (1, 1, 1, 1, 2, 2)]
    path = media.film("v.mp4", [shot for shot in shots for _ in range(10)])
    fd = os.open(path, os.O_RDONLY)
    found = examine(fd, ExamineSettings(), (*BUILT_IN, descriptor))
    os.close(fd)
    made = {each.descriptor: each for each in found.fingerprints if each.region == "full"}
    times = [float(each) for each in made[descriptor.id].times()]
    assert times == pytest.approx([0, 1, 2, 3, 4, 5], abs=0.26)
    assert made[BUILT_IN[0].id].count >= 20
    vectors = directions(np.frombuffer(made[descriptor.id].bits, np.uint8).reshape(-1, 64))
    assert float(vectors[0] @ vectors[3]) > 0.95
    assert float(vectors[0] @ vectors[4]) < 0.8


def test_a_weights_file_that_was_exchanged_is_no_fault_of_the_evidence(tmp_path, media):
    path = tmp_path / "m.onnx"
    path.write_bytes(onnx.projection(1))
    descriptor = LearnedDescriptor(os.fsencode(path), probed(path))
    path.write_bytes(onnx.projection(2))
    fd = os.open(media.still("p.png"), os.O_RDONLY)
    with pytest.raises(UnfitModelError, match="exchanged"):
        examine(fd, ExamineSettings(), (descriptor,))
    path.unlink()
    with pytest.raises(UnfitModelError, match="cannot be read any more"):
        examine(fd, ExamineSettings(), (descriptor,))
    os.close(fd)


def graph(**parts):
    good = {
        "nodes": [onnx.node("Flatten", ["image"], ["out"], axis=1)],
        "takes": [onnx.value_info("image", onnx.FLOAT, [1, 3, 32, 32])],
        "gives": [onnx.value_info("out", onnx.FLOAT, [1, 3072])],
    }
    return onnx.model(**(good | parts))


OUTSIDE = onnx.field(8, "w") + onnx.field(13, onnx.field(1, "location")) + onnx.field(14, 1)
BRANCH = onnx.node("If", ["image"], ["out"]) + onnx.field(5, onnx.field(6, b""))


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        pytest.param(b"", "no ONNX model", id="empty"),
        pytest.param(b"GIF89a" * 50, "no ONNX model", id="a picture"),
        pytest.param(b"PK\x03\x04" + bytes(60), "Convert it to ONNX", id="TorchScript"),
        pytest.param(onnx.projection()[:-4000], "no ONNX model", id="cut off"),
        pytest.param(graph(held=[OUTSIDE]), "in other files", id="weights elsewhere"),
        pytest.param(graph(nodes=[BRANCH]), "loops or branches", id="branches"),
        pytest.param(
            graph(takes=[onnx.value_info("image", onnx.FLOAT, [1, 1, 32, 32])]),
            "another layout",
            id="grey alone",
        ),
        pytest.param(
            graph(takes=[onnx.value_info("image", 7, [1, 3, 32, 32])]), "as bytes", id="int64"
        ),
        pytest.param(
            graph(takes=[onnx.value_info("image", onnx.FLOAT, [1, 3, 9000, 32])]),
            "size under 16",
            id="huge pictures",
        ),
        pytest.param(graph(takes=[]), "0 inputs", id="no input"),
        pytest.param(
            graph(nodes=[onnx.node("NoSuchThing", ["image"], ["out"])]), "OpenCV", id="unknown step"
        ),
        pytest.param(onnx.projection(numbers=8), "64 to 4096", id="few numbers"),
        pytest.param(
            graph(nodes=[onnx.node("ReduceL2", ["image"], ["out"], axes=[1, 2, 3], keepdims=0)]),
            "OpenCV|64 to 4096",
            id="no description",
        ),
    ],
)
def test_what_is_no_fit_network_is_refused_with_the_reason(weights, says):
    with pytest.raises(UnfitModelError, match=says):
        looked_at(weights, SHA)


def test_a_network_that_says_the_same_of_everything_is_refused():
    constant = onnx.model(
        [
            onnx.node("Flatten", ["image"], ["flat"], axis=1),
            onnx.node("Gemm", ["flat", "w", "b"], ["out"], transB=1),
        ],
        takes=[onnx.value_info("image", onnx.FLOAT, [1, 3, 16, 16])],
        gives=[onnx.value_info("out", onnx.FLOAT, [1, 64])],
        held=[onnx.tensor("w", np.zeros((64, 768))), onnx.tensor("b", np.ones(64))],
    )
    with pytest.raises(UnfitModelError, match="unlike pictures alike"):
        looked_at(constant, SHA)


@given(st.binary(max_size=300))
def test_reading_never_fails_but_as_unfit(content):
    with pytest.raises(UnfitModelError):
        takes_and_gives(content)


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_a_damaged_head_is_read_or_refused(at, damage):
    weights = bytearray(onnx.projection(side=16))
    at = at % len(weights)
    weights[at : at + len(damage)] = damage
    with contextlib.suppress(UnfitModelError):
        takes_and_gives(bytes(weights))


def test_a_hostile_file_costs_its_worker_alone(tmp_path):
    """What breaks OpenCV ends as a failure, or is refused; the executor goes on."""
    whole = onnx.projection(side=16)
    chance = np.random.default_rng(0)
    huge = struct.pack("<I", 0x7FFFFFFF)
    paths = []
    for number in range(4):
        damaged = bytearray(whole)
        at = int(chance.integers(20, 400))
        damaged[at : at + 4] = huge
        paths.append(tmp_path / f"{number}.onnx")
        paths[-1].write_bytes(damaged)
    paths.append(tmp_path / "good.onnx")
    paths[-1].write_bytes(whole)
    fds = [os.open(path, os.O_RDONLY) for path in paths]
    with ProcessExecutor(1) as executor:
        tasks = [
            Task(path, fd, Limits(60, 5, 1 << 30)) for path, fd in zip(paths, fds, strict=True)
        ]
        results = {task.key: result for task, result in executor.run(probe, tasks)}
    for fd in fds:
        os.close(fd)
    assert results[paths[-1]].numbers == 64
    assert all(isinstance(each, Failure) or each.numbers for each in results.values())


def test_settings_say_which_model_took_part():
    plain, learned = ExamineSettings(), ExamineSettings(learned="learned/ab/1")
    assert learned.id == f"{plain.id}/learned/ab/1"
    assert plain.is_met_by(learned.id)
    assert not learned.is_met_by(plain.id)
    assert not ExamineSettings(learned="learned/cd/1").is_met_by(learned.id)
