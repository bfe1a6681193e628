"""`python -m cctoolkit.doctor`: the examination where not even the command `cctoolkit` starts."""

import argparse
import sys

from .examining import examine

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m cctoolkit.doctor", description=__doc__)
    parser.add_argument("--service", choices=("sandbox", "live"), default="sandbox")
    parser.add_argument("--profile", help="the saved application to look at")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args()
    examination = examine(chosen.service, profile=chosen.profile)
    sys.stdout.write((examination.json() if chosen.json else examination.text()) + "\n")
    sys.exit(0 if examination.healthy else 1)
