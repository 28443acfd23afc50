"""What `./run` does: embedded servers, one supervisor, and the proof that everything answers."""
