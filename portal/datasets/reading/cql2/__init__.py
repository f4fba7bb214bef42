"""CQL2, the words in which a filter is written: text and JSON, and what SQL makes of them."""
