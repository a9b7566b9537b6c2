"""Passphrases: how a face lets people type the passphrase of a key."""

from __future__ import annotations

from mediaev.store import passphrase
from mediaev.store.passphrase import Prompt, asking_for_new

__all__ = ["Prompt", "ask_by", "asking_for_new"]


def ask_by(prompt: Prompt | None) -> None:
    """Ask people by this function from now on, or nobody."""
    passphrase.prompt = prompt
