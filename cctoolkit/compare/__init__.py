"""Where a service answers in another shape than the sandbox: asked, told and written down without any value of the account."""

from .comparing import Comparison, compare
from .questions import QUESTIONS, Question
from .report import read_report

__all__ = ["QUESTIONS", "Comparison", "Question", "compare", "read_report"]
