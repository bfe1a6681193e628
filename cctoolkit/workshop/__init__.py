"""The workshop: exercises with checks that read the account, and the class in which a trainer teaches them.

`exercises.py` is what is asked and when it is right; `checking.py` looks for one person, `progress.py` for a class.
"""
