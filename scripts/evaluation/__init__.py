"""Measures how well mediaev and its peers find edited copies; run it through `scripts/evaluate`.

Edits are made from a corpus folder and a seed, so that the truth is known to the pixel and
the millisecond. What each edit does and how to read the figures: docs/measuring.md.
"""
