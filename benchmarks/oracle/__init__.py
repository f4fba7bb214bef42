"""Other people's libraries, asked whether they find the same winners."""
