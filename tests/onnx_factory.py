"""Tiny ONNX models written byte by byte: a fixed random projection of a small picture."""

import numpy as np

FLOAT, UINT8 = 1, 2
SIDE = 32
NUMBERS = 64


def varint(value):
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(parts) + bytes([value])


def field(number, value):
    """One field of a message: a number, or bytes and text by their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def tensor(name, values):
    """A TensorProto of 32-bit numbers."""
    sides = b"".join(field(1, side) for side in values.shape)
    return sides + field(2, FLOAT) + field(8, name) + field(9, values.astype("<f4").tobytes())


def value_info(name, kind, shape):
    """What goes in or out; a side may be a number or a name."""
    dimensions = b"".join(
        field(1, field(1, side) if isinstance(side, int) else field(2, side)) for side in shape
    )
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dimensions)))


def node(operator, takes, gives, **numbers):
    """A NodeProto with whole numbers, or lists of them, as attributes."""
    attributes = b""
    for name, value in numbers.items():
        if isinstance(value, int):
            attributes += field(5, field(1, name) + field(20, 2) + field(3, value))
        else:
            items = b"".join(field(8, each) for each in value)
            attributes += field(5, field(1, name) + field(20, 7) + items)
    names = b"".join(field(1, each) for each in takes) + b"".join(field(2, each) for each in gives)
    return names + field(4, operator) + attributes


def model(nodes, *, takes, gives, held=()):
    """A ModelProto."""
    graph = b"".join(field(1, each) for each in nodes) + field(2, "g")
    graph += b"".join(field(5, each) for each in held)
    graph += b"".join(field(11, each) for each in takes)
    graph += b"".join(field(12, each) for each in gives)
    return field(1, 8) + field(7, graph) + field(8, field(2, 17))


def projection(seed=0, *, layout="floats", numbers=NUMBERS, side=SIDE):
    """A model that tells pictures apart by how they look: cosine is about their correlation."""
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(numbers, side * side))
    rows -= rows.mean(axis=1, keepdims=True)  # brightness says nothing
    by_layout = {
        "floats": (FLOAT, [1, 3, side, side], np.tile(rows, 3)),
        "bytes": (UINT8, [1, side, side, 3], np.repeat(rows, 3, axis=1)),
    }
    kind, shape, weights = by_layout[layout]
    nodes = [
        node("Cast", ["image"], ["numbers"], to=FLOAT),
        node("Flatten", ["numbers"], ["flat"], axis=1),
        node("Gemm", ["flat", "weights"], ["projected"], transB=1),
        node("ReduceL2", ["projected"], ["length"], axes=[1], keepdims=1),
        node("Div", ["projected", "length"], ["embedding"]),
    ]
    return model(
        nodes,
        takes=[value_info("image", kind, shape)],
        gives=[value_info("embedding", FLOAT, [1, numbers])],
        held=[tensor("weights", weights / (255 * side))],
    )
