"""Docks: one file each, a subclass of `View` or `AnalysisView`."""
