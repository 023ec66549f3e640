"""Where loans come from: the lender's tape, later other sources.

It must not store anything and knows no borrower's chat.
"""
