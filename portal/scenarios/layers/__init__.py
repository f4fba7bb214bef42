"""Layers too large to send whole: tiles to draw, a file to look features up in."""
