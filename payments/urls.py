"""The addresses of the payment lists, beneath `payments/`."""

from __future__ import annotations

from django.urls import path

from payments.views import lists, steps

urlpatterns = [
    path("", lists.payment_lists, name="payment_lists"),
    path("build/", lists.build, name="payment_list_build"),
    path("exceptions/<uuid:pk>/", steps.acknowledge, name="payment_exception"),
    path("<uuid:pk>/", lists.payment_list, name="payment_list"),
    path("<uuid:pk>/progress/", lists.progress, name="payment_list_progress"),
    path("<uuid:pk>/check/", steps.check, name="payment_list_check"),
    path("<uuid:pk>/lock/", steps.lock, name="payment_list_lock"),
    path("<uuid:pk>/approve/", steps.approve, name="payment_list_approve"),
    path("<uuid:pk>/release/", steps.release, name="payment_list_release"),
    path("<uuid:pk>/cancel/", steps.cancel, name="payment_list_cancel"),
    path("<uuid:pk>/export/<slug:kind>/", steps.export, name="payment_list_export"),
    path("<uuid:pk>/file/<slug:kind>/", steps.file, name="payment_list_file"),
]
