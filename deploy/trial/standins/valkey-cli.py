#!/usr/local/bin/python3
"""Asks the server of this container one command, with the password in REDISCLI_AUTH; the wheel brings no valkey-cli."""

from __future__ import annotations

import os
import socket
import sys


def main() -> None:
    """Print the answer to the command."""
    with socket.create_connection(("127.0.0.1", 6379), 2) as connection:
        answers = connection.makefile("rb")

        def ask(*words: str) -> str:
            parts = [b"$%d\r\n%s\r\n" % (len(word), word) for word in map(str.encode, words)]
            connection.sendall(b"*%d\r\n" % len(parts) + b"".join(parts))
            return answers.readline().decode().strip().lstrip("+-")

        if password := os.environ.get("REDISCLI_AUTH"):
            ask("AUTH", password)
        print(ask(*sys.argv[1:]))


if __name__ == "__main__":
    main()
