"""Every error mediaev raises on purpose, each with its exit code and its advice.

MediaevError                      1   the base; never raised itself
├── UsageError                    2   the command or the call makes no sense
├── EvidenceError                 3   one file could not be taken in or examined
│   ├── RefusedFileError          3   not opened at all: link, pipe, device, too large
│   ├── ChangedFileError          3   the file changed while it was read
│   ├── UnreadableFileError       3   the system would not let us read it
│   ├── NotMediaError             3   the bytes are no picture, video or sound
│   ├── DamagedMediaError         3   recognised, but it could not be decoded
│   ├── UnfitListError            3   a hash list in no form that is read
│   └── UnfitRecordsError         3   custody records in no form that is read
├── VerificationError             4   the log or the evidence does not check out
│   └── TamperedCaseError         4   what the case holds contradicts itself
├── IncompleteError               5   the level asked for was not reached
│   └── UnreachableError          5   a time-stamping authority gave no answer
├── RollbackError                 6   an older state than one already seen
├── NoCaseError                  10   there is no case where one was expected
├── CaseInUseError               11   another mediaev is writing to the case
├── CaseTooNewError              12   made by a later mediaev than this one
├── MissingProgramError          20   an outside program is not installed
└── InterruptedRunError         130   stopped by the user; run again to resume

An exit code that is not in this table, or in `docs/formats/exit-codes.md`, is a failure.
"""

from __future__ import annotations

from typing import ClassVar


class MediaevError(Exception):
    """Base of all errors that mediaev raises on purpose.

    `message` says what is wrong and names the file; `advice` says what to do about it.
    """

    exit_code: ClassVar[int] = 1
    default_advice: ClassVar[str] = ""

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice or self.default_advice


class UsageError(MediaevError):
    """The command line or a call's arguments make no sense."""

    exit_code = 2
    default_advice = "See `mediaev --help`, or `mediaev VERB --help` for an example."


class EvidenceError(MediaevError):
    """One file could not be taken in or examined; the others go on."""

    exit_code = 3


class RefusedFileError(EvidenceError):
    """A file that is never opened: a link, a pipe, a device, a socket."""


class ChangedFileError(EvidenceError):
    """The file's size, time or identity changed between the first and the last look."""

    default_advice = "Wait until nothing writes to the file, then scan again."


class UnreadableFileError(EvidenceError):
    """The operating system would not let the file be read."""

    default_advice = "Check the file's permissions and the disk, then scan again."


class NotMediaError(EvidenceError):
    """The bytes are not a picture, a video or a sound in a format that is accepted."""


class DamagedMediaError(EvidenceError):
    """The format was recognised, but nothing could be decoded from it."""


class UnfitListError(EvidenceError):
    """A file that was given as a hash list and is in no form that is read."""


class UnfitRecordsError(EvidenceError):
    """A file that was given as custody records and is in no form that is read."""


class VerificationError(MediaevError):
    """The custody log or the evidence does not check out."""

    exit_code = 4
    default_advice = "Keep the case as it is, make a copy, and run `mediaev verify` for details."


class TamperedCaseError(VerificationError):
    """What the case database holds contradicts itself or cannot be read as written."""


class IncompleteError(MediaevError):
    """The level of assurance that was asked for was not reached."""

    exit_code = 5


class UnreachableError(IncompleteError):
    """A time-stamping authority could not be reached, or answered with something else."""

    default_advice = "The request is kept. Try again later, or send it from another machine."


class RollbackError(MediaevError):
    """The log is older or shorter than a state of it that was already seen."""

    exit_code = 6
    default_advice = "Is this an incomplete or older copy of the case? Look for the newer one."


class NoCaseError(MediaevError):
    """There is no case in the folder that was named."""

    exit_code = 10
    default_advice = "Make one with `mediaev init`, or name another folder with -C CASE."


class CaseInUseError(MediaevError):
    """Another process is writing to the case."""

    exit_code = 11
    default_advice = "Wait until the other mediaev has ended, then try again."


class CaseTooNewError(MediaevError):
    """The case was written by a later version of mediaev."""

    exit_code = 12
    default_advice = "Update mediaev."


class MissingProgramError(MediaevError):
    """A program that this verb runs is not installed."""

    exit_code = 20
    default_advice = "See `mediaev doctor` for what is missing and how to install it."


class InterruptedRunError(MediaevError):
    """The user stopped the run; what was finished is kept."""

    exit_code = 130
    default_advice = "Run the same command again to resume."
