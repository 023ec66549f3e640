"""Whatever comes in from outside, thrown at what reads it: `make fuzz` for as long as wanted."""
