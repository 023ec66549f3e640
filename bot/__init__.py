"""Reprieve's machine: everything that is the same for every borrower task.

It must not know what a task says or decides: that is `handlers`.
"""
