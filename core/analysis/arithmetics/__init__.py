"""How torch modules come to their values: a file for each family, which registers its rules.

`arithmetic_of` finds the rule for a module by its class, or the nearest class that it is made of.
"""
