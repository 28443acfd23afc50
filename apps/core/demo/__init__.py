"""What every app's part of the demo world is made with: fixed ids, blocks with their own dice, rows by COPY."""

from __future__ import annotations

from apps.core.demo.blocks import Block, data, weighted
from apps.core.demo.copying import copy_rows
from apps.core.demo.ids import block_id, demo_id
from apps.core.demo.phrases import Phrases

__all__ = ["Block", "Phrases", "block_id", "copy_rows", "data", "demo_id", "weighted"]
