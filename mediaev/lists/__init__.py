"""Hash lists of others: reading them in the forms in which they come, writing one's own.

What a file is, its content says and never its name. Reading takes one line (or one JSON value)
at a time; whatever cannot be read comes out as such, with its line.
"""

from mediaev.lists.reading import LIST_BYTES, Reading, read
from mediaev.lists.writing import DIGESTS_ONLY, FORMATS, Listed, Track, write

__all__ = ["DIGESTS_ONLY", "FORMATS", "LIST_BYTES", "Listed", "Reading", "Track", "read", "write"]
