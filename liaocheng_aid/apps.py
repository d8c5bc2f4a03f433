from django.apps import AppConfig


class LiaochengAidConfig(AppConfig):
    name = "liaocheng_aid"
    verbose_name = "聊城社会救助"

    def ready(self) -> None:
        """Every thread of every process rings the same bell."""
        from liaocheng_aid.celery import app

        app.set_default()
