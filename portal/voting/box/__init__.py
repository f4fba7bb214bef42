"""The ballot box: its store, keys, seals and receipts. It knows voters by keyed hashes only."""
