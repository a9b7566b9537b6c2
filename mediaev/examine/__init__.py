"""One look at an exhibit's bytes: media facts, fingerprints, claims, a thumbnail."""

from mediaev.examine.examination import examine

__all__ = ["examine"]
