"""The files of a training run's folder that say what its network is."""

from __future__ import annotations

#: What the network is, and how it was last, with all that training needs to go on.
DESCRIPTION, CHECKPOINT = "model.json", "checkpoint.safetensors"
#: The folder of how the network was on the way: STEP.safetensors.
SNAPSHOTS = "snapshots"
