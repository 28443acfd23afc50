"""Sockets: one way in (a ticket), one envelope (frames with a ``type``), one way to reach a person (``push``)."""
