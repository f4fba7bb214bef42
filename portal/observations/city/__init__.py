"""What is broken goes to the city's own desk."""
