"""The programs of a twin's platform, in an environment of their own."""
