"""`python -m cctoolkit.sandbox`: the sandbox as a process of its own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .database import DatabaseInUse
from .server import PortInUse
from .serving import read_latency, serve

#: The exit status where another sandbox runs on the database.
IN_USE = 3


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
    parser.add_argument("--describe", type=Path)
    parser.add_argument("--with-stdin", action="store_true")
    options = parser.parse_args()
    try:
        serve(**vars(options))
    except PortInUse as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except DatabaseInUse as error:
        sys.stderr.write(f"{error}\n")
        return IN_USE
    return 0


if __name__ == "__main__":
    sys.exit(main())
