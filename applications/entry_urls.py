"""Addresses of the entry page and of looking people up; included at the root."""

from __future__ import annotations

from django.urls import path

from applications.views import entry, people

urlpatterns = [
    path("applications/new/", entry.new, name="entry_new"),
    path("applications/drafts/<uuid:key>/", entry.draft, name="entry_draft"),
    path("applications/drafts/<uuid:key>/save/", entry.save, name="entry_save"),
    path("applications/drafts/<uuid:key>/discard/", entry.discard, name="entry_discard"),
    path("applications/drafts/<uuid:key>/twin/", entry.twin, name="entry_twin"),
    path("applications/calculate/", entry.calculate, name="entry_calculate"),
    path("applications/duplicates/", entry.duplicates, name="entry_duplicates"),
    path("applications/receipts/<str:number>/", entry.receipt, name="receipt"),
    path("people/", people.search, name="people"),
]
