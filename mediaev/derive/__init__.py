"""Derived copies: clips for viewing and sending on, cut by ffmpeg, never the evidence itself."""

from mediaev.derive.clip import Derived, clip, program

__all__ = ["Derived", "clip", "program"]
