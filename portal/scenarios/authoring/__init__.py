"""For modellers: begin a package, seal it, bring one over from another tool."""
