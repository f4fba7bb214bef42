"""Speed and size of the portal beside bare reference applications; see `run.py`."""
