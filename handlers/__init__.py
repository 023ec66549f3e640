"""The borrower tasks, one file each; the whole menu stands here."""
