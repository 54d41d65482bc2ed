"""Pages of accounts: profile, security, acting for, delegations, tokens, and the session clock."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lienthong.accounts import idle
from lienthong.accounts.access import (
    ACTING_BUSINESS,
    forget_principal,
    official_required,
    principal_of,
    require_login,
    right_required,
)
from lienthong.accounts.forms import AgencyTokenForm, DelegationForm, ProfileForm, TokenForm, show_birth_date
from lienthong.accounts.models import Account, Right
from lienthong.accounts.plugins import eid
from lienthong.accounts.principal import Principal
from lienthong.accounts.queries import people, rights
from lienthong.accounts.queries.businesses import RepresentationNotFoundError
from lienthong.accounts.services import profiles
from lienthong.accounts.services import rights as services
from lienthong.accounts.services import tokens as token_services
from lienthong.accounts.services.businesses import end_representation
from lienthong.kernel import clock
from lienthong.kernel.errors import InvalidError


@never_cache
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest) -> JsonResponse:
    """Tell the seconds left in this session (GET, never prolongs it) or start them anew (POST)."""
    if SESSION_KEY not in request.session:
        return JsonResponse({"remaining": 0, "limit": 0}, status=401)
    now = clock.now().timestamp()
    if request.method == "POST":
        idle.touch(request.session, now, at_once=True)
    return JsonResponse({"remaining": idle.remaining(request.session, now), "limit": request.session[idle.LIMIT]})


def _account(request: HttpRequest) -> Account:
    account = request.user
    if not isinstance(account, Account):  # pragma: no cover - guarded by require_login
        raise TypeError("a signed-in account is needed")
    return account


@never_cache
@require_login
def profile(request: HttpRequest) -> HttpResponse:
    """Show what is known about the signed-in person, and change what they may change."""
    account = _account(request)
    person = account.person
    verified = person is not None and person.is_verified
    locked = verified or account.official_id is not None
    initial = {"language": account.language}
    if person is not None:
        initial |= {
            "full_name": person.full_name,
            "identity_number": person.identity_number,
            "birth_date": show_birth_date(person.birth_date),
            "sex": person.sex,
            "phone": person.phone,
            "address": person.address.get("text", ""),
        }
    form = ProfileForm(request.POST or None, initial=initial, verified=locked)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values["address"] = {"text": values["address"]} if values["address"] else {}
        try:
            profiles.update_profile(principal=principal_of(request), now=clock.now(), **values)
        except InvalidError as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Đã lưu thông tin."))
            return redirect("accounts:profile")
    context = {
        "form": form,
        "person": person,
        "verified": verified,
        "eid_configured": eid.is_configured(),
        "birth_date": show_birth_date(person.birth_date) if person else "",
    }
    return render(request, "accounts/profile.html", context)


@never_cache
@require_login
def security(request: HttpRequest) -> HttpResponse:
    """Show how the account is protected, with links to every change."""
    factors = Authenticator.objects.filter(user=_account(request)).order_by("created_at")
    return render(
        request,
        "accounts/security.html",
        {"factors": [factor for factor in factors if factor.type != Authenticator.Type.RECOVERY_CODES]},
    )


@never_cache
@require_login
def acting_for(request: HttpRequest) -> HttpResponse:
    """Choose to act for oneself or for a business one represents."""
    principal = principal_of(request)
    on = clock.local_date(clock.now())
    rows = people.businesses_of(person_id=principal.person_id, on=on) if principal.person_id else ()
    if request.method == "POST":
        chosen = request.POST.get("business", "")
        found = next((row.business for row in rows if str(row.business.uuid) == chosen), None)
        if chosen and found is None:
            messages.error(request, _("Bạn không đại diện doanh nghiệp này."))
        else:
            request.session[ACTING_BUSINESS] = found.pk if found else None
            forget_principal(request)
            name = found.name if found else _("chính mình")
            messages.success(request, _("Từ bây giờ bạn làm việc cho %(name)s.") % {"name": name})
        return redirect("accounts:acting_for")
    return render(request, "accounts/acting_for.html", {"rows": rows, "current": principal.business_id})


@never_cache
@require_login
@require_http_methods(["GET", "POST"])
def leave_business(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Stop acting for a business, after asking once."""
    principal, now = principal_of(request), clock.now()
    rows = people.businesses_of(person_id=principal.person_id, on=clock.local_date(now)) if principal.person_id else ()
    row = next((row for row in rows if row.uuid == uuid), None)
    if row is None:
        raise RepresentationNotFoundError(_("Không tìm thấy người đại diện này."))
    if request.method == "POST":
        end_representation(actor=principal.actor(), uuid=uuid, reason="Người đại diện tự thôi", now=now)
        forget_principal(request)
        messages.success(request, _("Bạn không còn đại diện %(name)s.") % {"name": row.business.name})
        return redirect("accounts:acting_for")
    return render(request, "accounts/leave_business.html", {"row": row})


@never_cache
@official_required
def delegations(request: HttpRequest) -> HttpResponse:
    """Show the delegations I gave and received, and give a new one."""
    principal, now = principal_of(request), clock.now()
    on = clock.local_date(now)
    delegable = services.delegable_rights(principal)
    form = DelegationForm(
        request.POST or None,
        initial={"valid_from": on},
        agencies=rights.agency_choices(delegable),
        officials=rights.colleague_choices(principal, agency_ids=delegable, on=on),
        rights=frozenset().union(*delegable.values()),
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.delegate(
                principal=principal,
                to_official_id=int(values["to_official"]),
                agency_id=int(values["agency"]),
                rights=values["rights"],
                valid_from=values["valid_from"],
                valid_to=values["last_date"] + timedelta(days=1),
                reason=values["reason"],
                legal_basis=values["legal_basis"],
                now=now,
            )
        except InvalidError as refused:
            form.add_refusal(refused)
        else:
            messages.success(request, _("Đã ủy quyền."))
            return redirect("accounts:delegations")
    context = {
        "form": form,
        "may_delegate": bool(delegable),
        "given": rights.delegations_from(principal, on=on),
        "received": rights.delegations_to(principal, on=on),
        "substituted": rights.substituted_by(principal, on=on),
    }
    return render(request, "accounts/delegations.html", context)


@require_POST
@official_required
def revoke(request: HttpRequest, uuid: str) -> HttpResponse:
    """End a delegation."""
    services.revoke_delegation(principal=principal_of(request), uuid=str(uuid), now=clock.now())
    messages.success(request, _("Đã chấm dứt ủy quyền."))
    return redirect("accounts:delegations")


@never_cache
@require_login
def tokens(request: HttpRequest) -> HttpResponse:
    """Show my tokens for programs, and issue a new one; its secret is shown this once."""
    principal, now = principal_of(request), clock.now()
    form = TokenForm(request.POST or None)
    secret = _issue(form, principal, now)
    context = {
        "form": TokenForm() if secret else form,
        "rows": rights.tokens_of(principal),
        "secret": secret,
        "now": now,
        "may_administer": principal.may(Right.ADMINISTER),
    }
    return render(request, "accounts/tokens.html", context)


@never_cache
@right_required(Right.ADMINISTER)
def agency_tokens(request: HttpRequest) -> HttpResponse:
    """Show the tokens of the agencies that one administers, and issue a new one; its secret is shown this once."""
    principal, now = principal_of(request), clock.now()
    agencies = rights.agency_choices(principal.agencies(Right.ADMINISTER))
    form = AgencyTokenForm(request.POST or None, agencies=agencies)
    secret = _issue(form, principal, now)
    context = {
        "form": AgencyTokenForm(agencies=agencies) if secret else form,
        "rows": rights.tokens_of_agencies(agency_ids=[pk for pk, _name in agencies]),
        "secret": secret,
        "now": now,
        "is_agency": True,
    }
    return render(request, "accounts/tokens.html", context)


def _issue(form: TokenForm, principal: Principal, now: datetime) -> str:
    """Issue what a sent form asks for, and give the secret; empty when nothing was issued."""
    if not form.is_bound or not form.is_valid():
        return ""
    values = form.cleaned_data
    try:
        _row, secret = token_services.issue_token(
            principal=principal,
            name=values["name"],
            scopes=values["scopes"],
            expires_at=now + timedelta(days=int(values["days"])),
            now=now,
            agency_id=int(values["agency"]) if "agency" in values else None,
        )
    except InvalidError as refused:
        form.add_refusal(refused)
        return ""
    return secret


@require_POST
@require_login
def revoke_token(request: HttpRequest, uuid: str) -> HttpResponse:
    """End a token."""
    row = token_services.revoke_token(principal=principal_of(request), uuid=str(uuid), now=clock.now())
    messages.success(request, _("Đã thu hồi khóa."))
    return redirect("accounts:tokens" if row.agency_id is None else "accounts:agency_tokens")
