"""Liveness, readiness on a fresh connection, and the figures Prometheus collects."""

from __future__ import annotations

import psycopg2
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from accounts import jobs

_migrated = False


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """Database (a new connection, not the open one), broker, migrations: each by name."""
    checks = {"database": _database(), "broker": _broker(), "migrations": _migrations()}
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _database() -> bool:
    try:
        psycopg2.connect(**connections["default"].get_connection_params()).close()
    except psycopg2.OperationalError:
        return False
    return True


def _broker() -> bool:
    if not settings.REDIS_URL:
        return True
    import redis

    try:
        return bool(redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping())
    except redis.RedisError:
        return False


def _migrations() -> bool:
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connections["default"])
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def metrics(request: HttpRequest) -> HttpResponse:
    registry = CollectorRegistry()
    Gauge("aid_jobs_waiting", "jobs nobody works on", registry=registry).set(jobs.waiting())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
