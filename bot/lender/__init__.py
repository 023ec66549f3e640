"""Where loans come from: the calc document and the loan tape."""
