"""Many measurements at once: files of readings, and devices that send by themselves."""
