"""Measurements that anybody can repeat: each module here is one, and ``./run bench NAME`` runs it."""
