"""Options of a family side by side, and the settings that lead from one to another."""
