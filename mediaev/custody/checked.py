"""Which exhibits were checked: many of them in a few bytes of one event.

Exhibits are numbered from 0 in the order in which the log first took them in (`item.ingest`).
A stretch names `first` and `count` of them, and, unless all of these were checked, `bits`: the
base64 of a bit for each, the highest bit of the first byte for the first.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

MOST = 300_000
"""Exhibits that one stretch spans at most, so that an event holds it."""


def stretches(numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The stretches that name just these numbers, as members of an event's detail."""
    waiting = sorted(set(numbers))
    while waiting:
        first = waiting[0]
        inside = [number for number in waiting if number < first + MOST]
        yield _stretch(inside)
        waiting = waiting[len(inside) :]


def _stretch(numbers: Sequence[int]) -> dict[str, Any]:
    first, count = numbers[0], numbers[-1] - numbers[0] + 1
    if count == len(numbers):
        return {"first": first, "count": count}
    bits = bytearray((count + 7) // 8)
    for number in numbers:
        place = number - first
        bits[place // 8] |= 0x80 >> place % 8
    return {"first": first, "count": count, "bits": base64.b64encode(bits).decode("ascii")}


def numbers_in(detail: Mapping[str, Any]) -> Iterator[int]:
    """The numbers that a stretch names. Raises ValueError for what is no stretch."""
    first, count, bits = detail.get("first"), detail.get("count"), detail.get("bits")
    if type(first) is not int or type(count) is not int or first < 0 or not 0 < count <= MOST:
        raise ValueError("first and count are no stretch of exhibits")
    if bits is None:
        yield from range(first, first + count)
        return
    try:
        packed = base64.b64decode(bits, validate=True)
    except (TypeError, binascii.Error) as error:
        raise ValueError("bits are not base64") from error
    if len(packed) != (count + 7) // 8:
        raise ValueError(f"bits for {count} exhibits expected")
    for place in range(count):
        if packed[place // 8] & 0x80 >> place % 8:
            yield first + place
