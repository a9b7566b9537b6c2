"""Learned descriptors: networks that users name, run in worker processes alone."""

from mediaev.examine.learned.descriptor import GATE, MOST_BYTES, LearnedDescriptor, probe
from mediaev.examine.learned.onnx import UnfitModelError

__all__ = ["GATE", "MOST_BYTES", "LearnedDescriptor", "UnfitModelError", "probe"]
