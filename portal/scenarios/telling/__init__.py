"""What a package says of itself: guide, model card, versions, predicates."""
