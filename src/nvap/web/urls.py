"""The whole site map on one page."""

from __future__ import annotations

from allauth.account import views as signing
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as codes
from django.urls import path, re_path

from nvap.web import errors, home
from nvap.web.accounts import views as accounts
from nvap.web.api import views as api
from nvap.web.api.addresses import addresses
from nvap.web.journal import views as journal
from nvap.web.plans.views import consequences as plan_consequences
from nvap.web.plans.views import drafting, embedding, history, packs, reviewing, setting_up, starting
from nvap.web.plans.views import evidence as plan_evidence
from nvap.web.plans.views import files as plan_files
from nvap.web.plans.views import impacts as plan_impacts
from nvap.web.plans.views import importing as plan_importing
from nvap.web.plans.views import measures as plan_measures
from nvap.web.plans.views import messages as plan_messages
from nvap.web.plans.views import partners as plan_partners
from nvap.web.plans.views import plan as plans
from nvap.web.plans.views import progress as plan_progress
from nvap.web.plans.views import settings as plan_settings
from nvap.web.plans.views import work as plan_work
from nvap.web.profile import views as profile
from nvap.web.results import changes_views, lines_views
from nvap.web.results import views as results
from nvap.web.results.breakdowns import views as breakdowns
from nvap.web.results.rules import views as rules
from nvap.web.toolkit import views as toolkit

urlpatterns = [
    path("", home.home, name="home"),
    # The toolkit's parts 1 to 3, and what is in them
    path("impact-statement/", toolkit.impact_statement, name="impact-statement"),
    path("logic-model/", toolkit.logic_models, name="logic-models"),
    path("logic-model/<str:objective>/", toolkit.logic_model, name="logic-model"),
    path("logic-model/<str:objective>/drawing/", toolkit.logic_model_drawing, name="logic-model-drawing"),
    path("logic-model/<str:objective>/drawing.<str:kind>", toolkit.logic_model_file, name="logic-model-file"),
    path("supporting-information/", toolkit.supporting_contents, name="supporting"),
    path("supporting-information/challenges/", toolkit.challenges, name="challenges"),
    path("supporting-information/references/", toolkit.references, name="references"),
    path("supporting-information/about/", toolkit.about, name="about-the-toolkit"),
    path("supporting-information/<str:objective>/", toolkit.supporting_information, name="supporting-information"),
    path("item/<str:item>/", toolkit.item, name="item"),
    path("reference/<str:reference>/", toolkit.reference, name="reference"),
    path("search/", toolkit.search, name="search"),
    # Part 4: the plan
    path("plan/", plans.plan, name="plan"),
    path("plan/start/", starting.start, name="plan-start"),
    path("plan/activity/<str:key>/", plans.activity, name="plan-activity"),
    path("plan/activity/<str:key>/change/", plans.change_activity, name="plan-activity-change"),
    path("plan/files/board-pack.pdf", packs.pack_pdf, name="plan-pack-pdf"),
    path("plan/files/board-pack.docx", packs.pack_docx, name="plan-pack-docx"),
    path("plan/send/", reviewing.send, name="plan-send"),
    path("plan/review/", reviewing.review, name="plan-review"),
    path("plan/withdraw/", reviewing.withdraw, name="plan-withdraw"),
    path("plan/reopen/", reviewing.reopen, name="plan-reopen"),
    path("plan/comment/", reviewing.comment, name="plan-comment"),
    path("plan/comment/<int:number>/settle/", reviewing.settle_comment, name="plan-settle-comment"),
    path("plan/signed-off/", reviewing.signed_list, name="plan-signed-list"),
    path("plan/signed-off/<int:number>/", reviewing.signed_page, name="plan-signed"),
    path("plan/signed-off/<int:number>/<str:kind>", reviewing.signed_file, name="plan-signed-file"),
    path("plan/history/", history.versions, name="plan-history"),
    path("plan/history/<int:number>/", history.version, name="plan-version"),
    path("plan/compare/", history.compare, name="plan-compare"),
    path("plan/restore/", history.restore, name="plan-restore"),
    path("plan/redact/", history.redact, name="plan-redact"),
    path("plan/measures/", plan_measures.measures, name="plan-measures"),
    path("plan/measures/pick/", plan_measures.pick, name="plan-measure-pick"),
    path("plan/measures/own/<str:objective>/", plan_measures.own_measure, name="plan-measure-own"),
    path("plan/measures/<str:key>/", plan_measures.measure, name="plan-measure"),
    path("plan/measures/<str:key>/change/", plan_measures.change_measure, name="plan-measure-change"),
    path("plan/measures/<str:key>/observation/", plan_measures.observation, name="plan-observation-add"),
    path("plan/measures/<str:key>/remove/", plan_measures.remove, name="plan-measure-remove"),
    path("plan/periods/", setting_up.periods, name="plan-periods"),
    path("plan/questions/", setting_up.questions, name="plan-questions"),
    path("plan/about-it/", setting_up.about, name="plan-about"),
    path("plan/choose/<str:objective>/", setting_up.choose, name="plan-choose"),
    path("plan/choose/<str:objective>/own/", setting_up.own_activity, name="plan-own-activity"),
    path("plan/owners/", setting_up.owners, name="plan-owners"),
    path("plan/check/", setting_up.check, name="plan-check"),
    path("plan/remove/", setting_up.remove, name="plan-remove"),
    path("plan/activity/<str:key>/stage/", embedding.stage, name="plan-stage"),
    path("plan/shared/", plan_partners.shared_plan, name="plan-shared"),
    path("plan/missing/", plan_work.missing, name="plan-missing"),
    path("plan/hand-over/", plan_work.hand_over, name="plan-hand-over"),
    path("plan/settings/", plan_settings.settings, name="plan-settings"),
    path("plan/messages/", plan_messages.digests, name="plan-messages"),
    path("plan/messages/stop/<str:token>/", plan_messages.stop, name="plan-messages-stop"),
    path("plan/consequences/", plan_consequences.consequences, name="plan-consequences"),
    path("plan/consequences/own/", plan_consequences.own_consequence, name="plan-consequence-own"),
    path("plan/consequences/<str:key>/", plan_consequences.consequence, name="plan-consequence"),
    path("plan/consequences/<str:key>/change/", plan_consequences.change_consequence, name="plan-consequence-change"),
    path("plan/impact/<str:key>/", plan_impacts.impact, name="plan-impact"),
    path("plan/impact/<str:key>/change/", plan_impacts.change_impact, name="plan-impact-change"),
    path("plan/question/<str:key>/", plan_impacts.question, name="plan-question"),
    path("plan/progress/", plan_progress.progress, name="plan-progress"),
    path("plan/progress/<str:period>/<str:key>/", plan_progress.update, name="plan-update"),
    path("plan/evidence/<str:parent>/", plan_evidence.evidence, name="plan-evidence"),
    path("plan/evidence/<str:parent>/add/", plan_evidence.add, name="plan-evidence-add"),
    path("plan/evidence/<str:parent>/<str:key>/change/", plan_evidence.change, name="plan-evidence-change"),
    path("plan/evidence/<str:parent>/<str:key>/standing/", plan_evidence.stand, name="plan-evidence-standing"),
    path("plan/evidence/<str:parent>/<str:key>/file/", plan_evidence.file, name="plan-evidence-file"),
    path("plan/draft/", drafting.draft, name="plan-draft"),
    path("plan/files/", plan_files.files, name="plan-files"),
    path("plan/files/plan.xlsx", plan_files.workbook_file, name="plan-workbook"),
    path("plan/files/plan.json", plan_files.json_file, name="plan-json"),
    path("plan/files/upload/", plan_files.upload, name="plan-upload"),
    path("plan/files/upload/<int:number>/", plan_files.uploaded, name="plan-uploaded"),
    path("plan/files/import/", plan_importing.import_plan, name="plan-import"),
    path("plan/files/import/<int:number>/", plan_importing.imported, name="plan-imported"),
    # The plan's pages by objective: last, since they take any word
    path("plan/<str:section>/", plans.section, name="plan-section"),
    path("plan/<str:section>/change/", plans.change, name="plan-change"),
    # What was measured
    path("measures/", results.measures, name="measures"),
    path("measures/compute/", results.compute, name="compute-measures"),
    path("measures/<str:measure>/", results.measure, name="measure"),
    path("measures/<str:measure>/table.csv", results.measure_file, name="measure-file"),
    path("measures/<str:measure>/picture.<str:kind>", results.picture_file, name="measure-picture"),
    path("measures/<str:measure>/lines/", lines_views.lines, name="measure-lines"),
    path("measures/<str:measure>/lines/<int:number>/take-back/", lines_views.withdraw, name="measure-lines-withdraw"),
    path("measures/<str:measure>/changes/", changes_views.changes, name="measure-changes"),
    path("measures/<str:measure>/changes/work-out/", changes_views.work_out, name="measure-changes-work"),
    path("measures/<str:measure>/pictures/<str:kind>/", breakdowns.breakdown, name="measure-breakdown"),
    path("measures/<str:measure>/pictures/<str:kind>/work-out/", breakdowns.work_out, name="measure-breakdown-work"),
    path(
        "measures/<str:measure>/pictures/<str:kind>/<str:picture>.<str:form>",
        breakdowns.breakdown_file,
        name="measure-breakdown-file",
    ),
    path("counting-rules/", rules.rules, name="counting-rules"),
    path("counting-rules/new/", rules.make, name="counting-rule-new"),
    path("counting-rules/<str:word>/change/", rules.change, name="counting-rule-change"),
    path("counting-rules/<str:word>/retire/", rules.retire, name="counting-rule-retire"),
    path("counting-rules/<path:rule>/", rules.rule, name="counting-rule"),
    path("profile/", profile.profile, name="profile"),
    path("profile/<int:number>/", profile.profile_run, name="profile-run"),
    path("profile/<int:number>/<str:audience>.<str:kind>", profile.profile_file, name="profile-file"),
    path("readiness/", results.readiness, name="readiness"),
    path("loads/", results.loads, name="loads"),
    # The same for programs: a page that says how, and every address below /api/v1/
    path("api/", api.about, name="api-about"),
    *addresses(),
    # People and the journal
    path("people/", accounts.people, name="people"),
    path("people/add/", accounts.add_person, name="add-person"),
    path("people/tokens/", api.tokens_of_force, name="api-tokens-of-force"),
    path("people/<int:number>/", accounts.person, name="person"),
    path("people/<int:number>/link/", accounts.person_link, name="person-link"),
    path("journal/", journal.journal, name="journal"),
    # One's own account, and signing in
    path("account/", accounts.my_account, name="my-account"),
    path("account/force/", accounts.choose_force, name="choose-force"),
    path("account/still-here/", accounts.still_here, name="still-here"),
    path("account/tokens/", api.tokens, name="api-tokens"),
    path("account/tokens/new/", api.new_token, name="api-token-new"),
    path("account/tokens/<int:number>/withdraw/", api.withdraw_token, name="api-token-withdraw"),
    path("account/password/", signing.password_change, name="account_change_password"),
    path("account/confirm/", signing.reauthenticate, name="account_reauthenticate"),
    path("account/confirm/code/", second_step.reauthenticate, name="mfa_reauthenticate"),
    path("account/second-step/", second_step.index, name="mfa_index"),
    path("account/second-step/set-up/", codes.activate_totp, name="mfa_activate_totp"),
    path("account/second-step/take-off/", codes.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/second-step/spare-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-step/spare-codes/new/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("sign-in/", signing.login, name="account_login"),
    path("sign-in/code/", second_step.authenticate, name="mfa_authenticate"),
    path("sign-in/closed/", signing.account_inactive, name="account_inactive"),
    path("sign-out/", signing.logout, name="account_logout"),
    path("get-an-account/", accounts.get_an_account, name="account_signup"),
    path("forgotten-password/", accounts.forgotten_password, name="account_reset_password"),
    re_path(
        r"^set-password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        signing.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("set-password/done/", accounts.password_is_set, name="account_reset_password_from_key_done"),
    # For everyone
    path("language/", accounts.set_language, name="set-language"),
    path("accessibility/", home.accessibility, name="accessibility"),
]

handler400 = errors.bad_request
handler403 = errors.not_allowed
handler404 = errors.not_found
handler500 = errors.broken
