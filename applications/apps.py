from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"
    verbose_name = "申请与办理"

    def ready(self) -> None:
        """Register the jobs wherever the app is loaded: web, worker, command."""
        from applications import adjustments, night_start  # noqa: F401
        from applications.simulation import keeping  # noqa: F401
