"""The kinds as `kinds.yaml` has them, by name; those looked at of whoever receives already."""

from __future__ import annotations

from verification.sources.registry import kinds

ALL = kinds()
DEATH, CUSTODY, HUKOU, OTHER_AID = (ALL[code] for code in ("death", "custody", "hukou", "other_aid"))
MARRIAGE, VEHICLE, HOUSE, COMPANY = (ALL[code] for code in ("marriage", "vehicle", "house", "company"))
EMPLOYMENT, PENSION, BASIC_PENSION = (ALL[code] for code in ("employment", "pension", "basic_pension"))
STANDING = (DEATH, CUSTODY, HUKOU, OTHER_AID, MARRIAGE, VEHICLE, HOUSE, COMPANY, EMPLOYMENT, PENSION)

TAX, SUBSIDY, DEPOSIT, MACHINE = (ALL[code] for code in ("tax_wage", "subsidy", "deposit", "farm_machine"))
BIRTH, SCHOOL, DISABILITY = (ALL[code] for code in ("birth", "school", "disability"))
MENTAL, MISSING = (ALL[code] for code in ("serious_mental", "missing_declared"))
EVIDENCE = [ALL[code] for code in ("medical_paid", "enforcement", "public_housing", "poverty_monitored")]
