"""The worklist, the cases with their steps, the standards in force: included at the root."""

from __future__ import annotations

from django.urls import path

from applications.views import cases, money, standards, steps, worklist

urlpatterns = [
    path("", worklist.home, name="home"),
    path("cases/", worklist.cases, name="cases"),
    path("cases/<uuid:pk>/", cases.show, name="case"),
    path("cases/<uuid:pk>/view/<slug:part>/", cases.part, name="case_part"),
    path("cases/<uuid:pk>/people/<uuid:person>/number/", cases.number, name="case_number"),
    path("cases/<uuid:pk>/rulings/", steps.rule, name="case_rule"),
    path("cases/<uuid:pk>/relatives/", steps.relative, name="case_relative"),
    path("cases/<uuid:pk>/visit/", steps.visit, name="case_visit"),
    path("cases/<uuid:pk>/account/", money.account, name="case_account"),
    path("cases/<uuid:pk>/holds/", money.hold, name="case_hold"),
    path("cases/<uuid:pk>/holds/<uuid:hold>/", money.clear, name="case_hold_clear"),
    path("cases/<uuid:pk>/steps/<slug:action>/", steps.take, name="case_step"),
    path("standards/", standards.page, name="standards"),
]
