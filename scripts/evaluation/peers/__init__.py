"""Other tools and methods, asked the same questions on the same files."""
