"""From a checked package to the store: whole or not at all, with what pages read."""
