"""Dates and times as pages show them: short, with the day first, in 24 hours."""
