"""The ground floor's tables: regions and people in office, callers, audit, keys, jobs, documents, replies kept."""

from accounts.models.audit import AuditChain, AuditEntry, Sealed
from accounts.models.calls import ApiToken, ApiTokenQuerySet, Bucket
from accounts.models.offices import Deployment, Post, Region, RegionQuerySet, User
from accounts.models.work import DataKey, IdempotencyKey, Job, StoredDocument

__all__ = [
    "ApiToken",
    "ApiTokenQuerySet",
    "AuditChain",
    "AuditEntry",
    "Bucket",
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
