"""“Already said?”: how alike two proposals are, and what an author is told of it."""
