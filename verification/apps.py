from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "verification"
    verbose_name = "经济状况核对"

    def ready(self) -> None:
        """Register the jobs wherever the app is loaded: web, worker, command."""
        from verification import enquire  # noqa: F401
