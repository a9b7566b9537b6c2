"""Groups: members that are joined pair by pair (disjoint sets)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

Member = TypeVar("Member", bound=Hashable)


class Groups(Generic[Member]):
    """Members that are joined bit by bit."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._above = {each: each for each in members}

    @property
    def members(self) -> AbstractSet[Member]:
        """All of them."""
        return self._above.keys()

    def root(self, member: Member) -> Member:
        """The one that stands for a member's group."""
        root = member
        while self._above[root] != root:
            root = self._above[root]
        while self._above[member] != root:
            self._above[member], member = root, self._above[member]
        return root

    def join(self, one: Member, other: Member) -> None:
        """Make one group of two."""
        self._above[self.root(one)] = self.root(other)
