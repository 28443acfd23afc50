"""`./run doctor`: small checks of one thing each; every finding that is not in order names what to type."""
