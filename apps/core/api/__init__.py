"""The HTTP interface's shared parts: views, problems, pages, filters and the schema."""
