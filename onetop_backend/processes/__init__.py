"""The processes of an installation: `python -m onetop_backend.processes` starts one and asks one whether it works."""
