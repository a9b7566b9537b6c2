"""Taking in: walking folders, opening a file once, digesting its bytes."""
