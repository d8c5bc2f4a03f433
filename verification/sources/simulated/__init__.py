"""A stand-in for every department: a process of its own that plays them all, with their faults. No real data.

    python -m verification.sources.simulated --folder DIR --port 0 --truths people.jsonl --faults faults.yaml

Truths, a JSON line a person: `{"id_number": "371599…", "name": "…", "sources": {"tax": {"tax_wage": 4200000}}}`, the
values as the reader gives them (fen, ISO dates, codes, lists of objects; for an added kind a list is several rows).
A source that is not named has no record; one that is null could not tell. Faults, re-read at every call:
`{seed: 7, sources: {tax: {slow: 0.5}, "*": {flapping: 3}}}`; what there is stands in `faults.Fault`.
"""
