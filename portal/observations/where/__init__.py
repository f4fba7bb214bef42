"""Places: made coarse on entry, named by areas, exact ones deleted when their hour comes."""
