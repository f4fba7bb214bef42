"""Kill -9 and cut connections between any two statements, two hundred times on each database.

    python -m benchmarks.kills [ROUNDS]

No acknowledged vote may be lost and none may count twice. The tests do ten rounds of the same.
"""

import os
import subprocess
import sys


def main() -> int:
    """Run the rounds; the exit code says whether every vote was there."""
    rounds = sys.argv[1] if len(sys.argv) > 1 else "200"
    return subprocess.call(
        [sys.executable, "-m", "pytest", "-q", "tests/voting/test_faults.py",
         "-k", "between_any_two_statements", "--durations=3"],
        env={**os.environ, "KILL_ROUNDS": rounds},
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
