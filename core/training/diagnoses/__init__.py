"""What can be wrong with a training: one file an illness, found by its name.

Each is a function from a `Case` to a `Finding`, or None where there is nothing to say; the file
says by which number it is told.
"""
