"""The law as columnar code: facts come as NumPy columns, results leave as columns. No Django, no clock, no I/O."""
