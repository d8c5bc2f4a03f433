"""Encryption at rest and the keyed search index (architecture, Secrets and audit).

`suites` holds the two algorithm suites, `keys` the wrapped data keys, `fields` the columns that use them.
"""
