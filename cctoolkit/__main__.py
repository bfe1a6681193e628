"""The program, as `cctoolkit` or `python -m cctoolkit`: ready for Ctrl-C before anything large is loaded, and for how it ends."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

from .errors import CctoolkitError

#: What a shell reports of a program that Ctrl-C ended.
INTERRUPTED = 130

#: Seconds after which an interrupt that came in the middle of an import is tried again.
_IMPORTING = 0.05


def main() -> NoReturn:
    """The entry point: what a user can cause ends in one sentence, not in a traceback."""
    received = _heed_signals()
    try:
        from .cli import app

        app(standalone_mode=True)
    except CctoolkitError as error:
        import typer

        typer.secho(f"{error}", fg="red", err=True)
        for note in getattr(error, "__notes__", []):
            typer.echo(note, err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # Typer turns the interrupt into it
            _say_stopped()
        raise
    except BaseException as error:
        if not received:
            raise
        _say_stopped(
            "" if isinstance(error, KeyboardInterrupt) else f" (While stopping: {type(error).__name__}: {error})"
        )
        sys.exit(INTERRUPTED)
    sys.exit(0)


def _heed_signals() -> list[int]:
    """Ctrl-C, a closed terminal and somebody's kill all end the program as an interrupt; what came is in the list. A signal
    that the starter wants ignored, as `nohup` does, stays so."""
    received: list[int] = []

    def interrupt(signum: int, frame: FrameType | None) -> None:
        received.append(signum)
        if not _importing(frame):
            raise KeyboardInterrupt
        again = threading.Timer(_IMPORTING, _interrupt_again, [signum])
        again.daemon = True
        again.start()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)
    return received


def _interrupt_again(signum: int) -> None:
    if hasattr(signal, "pthread_kill"):  # to the main thread itself: one that waits would not notice another's signal
        signal.pthread_kill(threading.main_thread().ident or 0, signum)
    else:
        signal.raise_signal(signum)


def _importing(frame: FrameType | None) -> bool:
    """In the middle of an import an interrupt waits: Python drops one that falls into the import's own callbacks, and `from
    module import name` turns it into a TypeError."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _say_stopped(why: str = "") -> None:
    sys.stderr.write(f"Stopped. Nothing is half-done: an import that was accepted goes on by itself.{why}\n")


if __name__ == "__main__":
    main()
