"""What is kept: turns loaded, outcomes committed, personal fields sealed."""
