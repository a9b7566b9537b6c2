"""Measures mediaev's cost: whole commands on folders, and cases of many hours."""
