from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "资金发放"

    def ready(self) -> None:
        """Register the jobs wherever the app is loaded: web, worker, command."""
        from payments import exports, monthly  # noqa: F401
