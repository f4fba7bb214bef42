"""What a campaign asks for, where it is needed, and what its public page tells."""
