"""Documents to keep: a statement as PDF or CSV, from the words that its message holds.

It must not compute or word anything.
"""
