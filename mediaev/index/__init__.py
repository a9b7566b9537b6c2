"""Candidate search over all fingerprints of a case."""
