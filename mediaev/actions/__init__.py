"""The verbs, one a file: what the command line and the Python API do."""
