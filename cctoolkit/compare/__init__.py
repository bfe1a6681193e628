"""Where a service answers in another shape than the sandbox: asked, told and written down without any value of the account."""

from .comparing import Comparison, clear_trial, compare
from .dialect import Dialect
from .questions import QUESTIONS, TRIAL, Question
from .report import read_report
from .trial import find_trial

__all__ = [
    "QUESTIONS",
    "TRIAL",
    "Comparison",
    "Dialect",
    "Question",
    "clear_trial",
    "compare",
    "find_trial",
    "read_report",
]
