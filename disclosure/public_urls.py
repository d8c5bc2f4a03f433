"""The public's addresses. No address names a person, none can be guessed, none takes a search."""

from __future__ import annotations

from django.urls import path

from disclosure import public_views as views

urlpatterns = [
    path("public/", views.home, name="public_home"),
    path("public/catalogue/", views.catalogue, name="public_catalogue"),
    path("public/catalogue/<str:code>/", views.matter, name="public_matter"),
    path("public/self-check/", views.check_yourself, name="public_self_check"),
    path("public/regions/<str:code>/", views.region, name="public_region"),
    path("public/notices/<str:token>/", views.notice, name="public_notice"),
]
