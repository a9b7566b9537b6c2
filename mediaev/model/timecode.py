"""Time codes: moments of footage as people read them."""

from __future__ import annotations


def clock(seconds: float) -> str:
    """Seconds as HH:MM:SS.mmm.

    >>> clock(3723.5)
    '01:02:03.500'
    """
    whole, milliseconds = divmod(round(abs(seconds) * 1000), 1000)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    sign = "-" if seconds < 0 else ""
    return f"{sign}{hours:02d}:{minutes:02d}:{rest:02d}.{milliseconds:03d}"
