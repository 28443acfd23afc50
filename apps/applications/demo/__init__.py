"""The applications of the demo world: those of the two named candidates, and those of its blocks."""

from __future__ import annotations

from apps.applications.demo.cvs import store
from apps.applications.demo.first import load
from apps.applications.demo.pipelines import Opening, Pipeline, Step, pipelines_of, write

__all__ = ["Opening", "Pipeline", "Step", "load", "pipelines_of", "store", "write"]
