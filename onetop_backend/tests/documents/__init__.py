"""The documents are followed: their commands are run, their pages applied to a copy of the project."""
