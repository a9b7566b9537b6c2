"""Layout: how results are worded and set out for people, and written for programs."""
