"""Whether this process lives, and whether it can serve: for load balancers and orchestrators."""
