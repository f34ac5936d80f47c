"""Analyses: one file a method, a function whose parameters say what it needs."""
