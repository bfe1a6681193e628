"""`python -m cctoolkit`: the command, where its own name is not found."""

from .cli import main

if __name__ == "__main__":
    main()
