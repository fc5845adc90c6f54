"""Being told to end: as an exception, so that temporary files go away as they do after Ctrl-C."""

import signal
from types import FrameType

__all__ = ["Terminated", "listen"]

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Terminated(KeyboardInterrupt):
    """
    Somebody ended the program.

    Attributes:
        code: The exit code that shells report for it.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.code = 128 + number


def listen() -> None:
    """From now on the signals that end a program raise; those that are ignored (nohup) stay so."""
    for number in _SIGNALS:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)  # a second one does not wait for the cleaning
    raise Terminated(number)
