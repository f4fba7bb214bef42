"""The talk below a proposal: comments, replies, stances."""
