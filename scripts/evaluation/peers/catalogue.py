"""Which peers there are, and asking those that a trial is for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evaluation.peers.pictures import PictureHash, dhash, pdq_of_still, phash
from evaluation.peers.port import Peer, UnavailableError
from evaluation.peers.provena import Provena
from evaluation.peers.videohash import VideoHash
from evaluation.peers.vpdq import Vpdq
from evaluation.scoring import Method
from evaluation.truth import Trial
from evaluation.workshop import Workshop

PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (
        PictureHash("phash", phash),
        PictureHash("dhash", dhash),
        PictureHash("pdq", pdq_of_still),
        Vpdq(),
        VideoHash(),
        Provena(),
    )
}


def ask_peers(
    names: Iterable[str], trial: Trial, shop: Workshop, say: Callable[[str], None]
) -> tuple[list[Method], dict[str, str]]:
    """What each named peer answers in a trial; and why the others answer nothing."""
    answered, absent = [], {}
    for name in names:
        peer = PEERS[name]
        if trial.name not in peer.parts:
            continue
        say(f"{trial.name}: asking {name}")
        try:
            answered.append(peer.ask(trial, shop))
        except UnavailableError as problem:
            absent[name] = str(problem)
    return answered, absent
