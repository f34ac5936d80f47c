"""Cameras, real and drawn."""
