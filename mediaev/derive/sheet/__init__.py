"""Sheets: one picture that shows a match to a person, with all that it rests on."""
