"""Make packages from what other tools wrote: SUMO, DemoLand."""
