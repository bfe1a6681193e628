"""`python -m cctoolkit.sandbox`: the sandbox as a process of its own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .server import PortInUse
from .serving import read_latency, serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m cctoolkit.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--db", type=Path)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--contacts", type=int, default=0)
    parser.add_argument("--latency", type=read_latency, default=0.0)
    parser.add_argument("--accounts", type=int, default=1)
    parser.add_argument("--no-limits", dest="limits", action="store_false")
    parser.add_argument("--idle-exit", type=float)
    options = parser.parse_args()
    try:
        serve(**vars(options))
    except PortInUse as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
