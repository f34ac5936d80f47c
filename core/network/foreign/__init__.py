"""Modules that were not described here: watched, traced, and read layer by layer."""
