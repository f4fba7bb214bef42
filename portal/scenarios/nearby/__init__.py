"""My place: what every option changes in one area, street or point."""
