"""The worklist, the cases with their steps, the standards in force: included at the root."""

from __future__ import annotations

from django.urls import path

from applications.views import (
    adjustments,
    cases,
    consents,
    decision_notices,
    money,
    simulation,
    standard_drafts,
    standards,
    steps,
    worklist,
)

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
    path("cases/<uuid:pk>/consents/", consents.give, name="case_consent"),
    path("cases/<uuid:pk>/consents/end/", consents.end, name="case_consent_end"),
    path("cases/<uuid:pk>/holds/", money.hold, name="case_hold"),
    path("cases/<uuid:pk>/holds/<uuid:hold>/", money.clear, name="case_hold_clear"),
    path("cases/<uuid:pk>/decisions/<uuid:decision>/notice/", decision_notices.page, name="decision_notice"),
    path("cases/<uuid:pk>/decisions/<uuid:decision>/notice.pdf", decision_notices.pdf, name="decision_notice_pdf"),
    path("cases/<uuid:pk>/steps/<slug:action>/", steps.take, name="case_step"),
    path("adjustments/", adjustments.batches, name="adjustments"),
    path("adjustments/prepare/", adjustments.prepare, name="adjustment_prepare"),
    path("adjustments/<uuid:pk>/", adjustments.batch, name="adjustment"),
    path("adjustments/<uuid:pk>/confirm/", adjustments.confirm, name="adjustment_confirm"),
    path("adjustments/<uuid:pk>/progress/", adjustments.progress, name="adjustment_progress"),
    path("adjustments/<uuid:pk>/export/", adjustments.export, name="adjustment_export"),
    path("simulation/", simulation.page, name="simulation"),
    path("simulation/start/", simulation.start, name="simulation_start"),
    path("simulation/progress/", simulation.progress, name="simulation_progress"),
    path("simulation/export/", simulation.export, name="simulation_export"),
    path("standards/", standards.page, name="standards"),
    path("standards/local/", standards.local, name="local_rules"),
    path("standards/local/<slug:key>/cases/", standards.cases, name="local_rule_cases"),
    path("standards/drafts/new/", standard_drafts.new, name="standard_draft_new"),
    path("standards/drafts/<uuid:pk>/", standard_drafts.show, name="standard_draft"),
    path("standards/drafts/<uuid:pk>/enforce/", standard_drafts.enforce, name="standard_enforce"),
    path("standards/drafts/<uuid:pk>/return/", standard_drafts.send_back, name="standard_return"),
    path("standards/drafts/<uuid:pk>/withdraw/", standard_drafts.withdraw, name="standard_withdraw"),
    path("standards/drafts/<uuid:pk>/scan/", standard_drafts.scan, name="standard_scan"),
]
