"""Bytes of a dropped file -> rows -> codes with line numbers. One module per format; parsing runs in a child."""
