"""Finding proposals: one filter for list, map and files; the index behind it."""
