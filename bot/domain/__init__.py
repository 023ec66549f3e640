"""The lender's rules as pure functions over exact values.

No I/O, no clock, no chance, no words: text keys and numbers only.
"""
