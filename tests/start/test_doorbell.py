"""The bell: what rings it and what hears it are the same Celery application, configured as written down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from celery.schedules import crontab
from django.conf import settings

from accounts.tasks import anchor_audit, wake_jobs
from liaocheng_aid.celery import app
from liaocheng_aid.database.place import ROOT

RING = """
import django
django.setup()
from threading import Thread
from accounts.tasks import wake_jobs
def ring():
    print(wake_jobs.app.main)
    wake_jobs.delay()
server = Thread(target=ring)
server.start()
server.join()
"""


def test_it_works() -> None:
    assert wake_jobs.app.main == anchor_audit.app.main == app.main == "liaocheng_aid"
    assert {"accounts.tasks.wake_jobs", "accounts.tasks.anchor_audit"} <= set(app.tasks)
    assert app.conf.broker_url == settings.CELERY_BROKER_URL


def test_who_rings_needs_to_import_nothing_of_celery(tmp_path: Path) -> None:
    """A page knows only the task, and runs in a thread: its application is ours all the same, not Celery's default."""
    servers = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "ADMIN_DATABASE_URL", "REDIS_URL")
    environment = {name: text for name, text in os.environ.items() if name not in servers}
    environment |= {
        "AID_MODE": "demo",
        "AID_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "liaocheng_aid.settings",
    }
    rang = subprocess.run(
        [sys.executable, "-c", RING], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (rang.returncode, rang.stdout) == (0, "liaocheng_aid\n"), rang.stderr
    assert len(list((tmp_path / "broker" / "queue").iterdir())) == 1


def test_the_timetable_names_tasks_that_exist_and_do_not_pile_up() -> None:
    app.loader.import_default_modules()
    slow = {"nightly": 3600, "plan-night": 600}
    for name, entry in app.conf.beat_schedule.items():
        longest, schedule = slow.get(name, 60), entry["schedule"]
        every = 600 if schedule == crontab(minute="*/10") else schedule
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] <= every <= longest


def test_only_json_travels_and_no_result_is_kept() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
    assert (app.conf.task_ignore_result, app.conf.task_acks_late) == (True, True)
    assert app.conf.result_backend is None
