"""Made-up measurements of the demonstration, by what they show."""
