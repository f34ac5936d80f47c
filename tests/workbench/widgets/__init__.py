"""Every widget, used as a person uses it."""
