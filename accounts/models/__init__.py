"""The ground floor's tables: regions and people in office, audit, keys, jobs, documents, replies kept."""

from accounts.models.audit import AuditChain, AuditEntry, Sealed
from accounts.models.offices import Deployment, Post, Region, RegionQuerySet, User
from accounts.models.work import DataKey, IdempotencyKey, Job, StoredDocument

__all__ = [
    "AuditChain",
    "AuditEntry",
    "DataKey",
    "Deployment",
    "IdempotencyKey",
    "Job",
    "Post",
    "Region",
    "RegionQuerySet",
    "Sealed",
    "StoredDocument",
    "User",
]
