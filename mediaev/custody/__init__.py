"""The custody log without any input or output: events, tree, checkpoints, verification."""
