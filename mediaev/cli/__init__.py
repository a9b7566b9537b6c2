"""The command line: parses and prints, decides nothing.

`main.py` ends the process with the right exit code, `verbs.py` lists the commands and loads
one when it is called, `options.py` holds what all of them share. Each command is a file of
its own name; `display/` lays out what they print.
"""
