"""Modules of other people, and of torch, seen layer by layer."""
