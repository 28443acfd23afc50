"""What benchmarks share: servers of their own, a world to read, a load, and the figures."""
