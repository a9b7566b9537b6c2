"""hashdeep: a list of known files that hashdeep 4.4 audits a folder against."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mediaev.model.export import CaseRecord, ExhibitRecord


class Hashdeep:
    """Every place of every exhibit, with its size and SHA-256.

    In a bag that is where the exhibit lies in it; else where it was seen, if the profile tells
    that; else the exhibit goes by its digest, and an audit finds it under any name.
    """

    kind = "hashdeep"
    in_bag = "hashdeep.txt"

    def write(self, case: CaseRecord, say: Callable[[str], None]) -> Iterator[bytes]:
        """Two lines of heading, comments, and a line a place."""
        yield b"%%%% HASHDEEP-1.0\n%%%% size,sha256,filename\n"
        yield f"## {case.tool}, log {case.origin} at {case.size} events\n".encode()
        unfit = absent = 0
        for each in case.exhibits:
            places = _places(each)
            absent += not places
            for place in places:
                if _fits(place):
                    yield f"{each.size},{each.digest.hex},".encode() + place + b"\n"
                else:
                    unfit += 1
                    yield f"## not listed, its name holds control bytes: {each.digest}\n".encode()
        if unfit:
            says = "names with control bytes, which such a list cannot have"
            say(f"hashdeep: {says}, are comments in it: {unfit:,}")
        if absent:
            yield f"## exhibits whose bytes are not in this bag: {absent}\n".encode()


def _places(each: ExhibitRecord) -> list[bytes]:
    if each.state is not None:
        return [each.path.encode()] if each.path else []
    return list(each.paths or each.names) or [f"sha256-{each.digest.hex}".encode()]


def _fits(place: bytes) -> bool:
    return all(byte >= 0x20 and byte != 0x7F for byte in place)
