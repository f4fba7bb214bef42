"""What a package must be before it is published: every fault found at once."""
