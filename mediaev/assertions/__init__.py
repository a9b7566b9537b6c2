"""Custody records of others: reading what they assert, one form a file.

What a file is, its content says and never its name. Every record comes out as an assertion or
as unfit, with its row.
"""

from mediaev.assertions.reading import FILE_BYTES, RECORDS, Reading, read

__all__ = ["FILE_BYTES", "RECORDS", "Reading", "read"]
