"""Dates in people's words and clocks that ring again: the one room that knows calendar libraries and time zones."""
