"""The window's addresses for notices (A9)."""

from __future__ import annotations

from django.urls import path

from disclosure import views

urlpatterns = [
    path("notices/", views.index, name="notices"),
    path("notices/villages/<str:code>/", views.post, name="notice_post"),
    path("notices/objections/<uuid:pk>/", views.objection, name="objection"),
    path("notices/<uuid:pk>/", views.notice, name="notice"),
    path("notices/<uuid:pk>/sheet/", views.sheet, name="notice_sheet"),
    path("notices/<uuid:pk>/end/", views.end, name="notice_end"),
    path("notices/<uuid:pk>/objections/", views.register, name="notice_object"),
]
