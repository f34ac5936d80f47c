"""Widgets: each shows one type of result."""
