"""The doorbell. The work list is in PostgreSQL (`accounts.jobs`): a message only says that there is work.

A message that is lost costs a minute, until the next tick; one that comes twice finds its piece already claimed.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_process_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaocheng_aid.settings")

MINUTE = settings.TICK_SECONDS
HOUR = 60 * MINUTE

app = Celery("liaocheng_aid")


@worker_process_init.connect
def settle(**_: object) -> None:
    """What a worker has loaded stays, and the rows of a file are plain: the collector goes through neither often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@app.on_after_configure.connect  # type: ignore[untyped-decorator,unused-ignore]
def make_broker_folders(sender: Celery, **_: object) -> None:
    """The file-system broker expects its folders; who sends may come before who works."""
    options = sender.conf.broker_transport_options
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if name in options:
            Path(options[name]).mkdir(mode=0o700, parents=True, exist_ok=True)


# CELERY_BROKER_URL and CELERY_BROKER_TRANSPORT_OPTIONS are the deployment's; the rest is the same everywhere.
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    event_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    # A killed worker's message would come back for ever; the job's lease brings the work back, once.
    task_reject_on_worker_lost=False,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    # A broker that went away does not take the work in hand with it: the lease is in the database.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_connection_retry_on_startup=True,
    timezone="Asia/Shanghai",
    enable_utc=True,
    beat_schedule={
        "wake-jobs": {"task": "accounts.tasks.wake_jobs", "schedule": MINUTE, "options": {"expires": MINUTE}},
        "anchor-audit": {"task": "accounts.tasks.anchor_audit", "schedule": MINUTE, "options": {"expires": MINUTE}},
        # Each hour, so that no night is missed: what is due by the calendar is done once, however often it is asked.
        "nightly": {
            "task": "liaocheng_aid.tasks.run_nightly",
            "schedule": HOUR,
            "options": {"expires": HOUR},
        },
        # From 22:00 on, again every ten minutes: a night whose first bell was missed is planned all the same.
        "plan-night": {
            "task": "liaocheng_aid.tasks.plan_night",
            "schedule": crontab(minute="*/10") if MINUTE >= 60 else MINUTE,
            "options": {"expires": 10 * MINUTE},
        },
        "tick-night": {"task": "liaocheng_aid.tasks.tick_night", "schedule": MINUTE, "options": {"expires": MINUTE}},
    },
)
app.autodiscover_tasks()
