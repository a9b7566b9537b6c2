"""Opening and decoding: stills, video and sound, from a nameless open file."""
