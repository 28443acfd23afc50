"""What each role in a company includes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from apps.companies.enums import CompanyAction, MemberAction, MemberRole

May = Callable[[MemberRole], bool]


def may_edit_company(role: MemberRole) -> bool:
    """Tell whether the role includes changing and deleting the company itself."""
    return role is MemberRole.OWNER


def may_manage_members(role: MemberRole) -> bool:
    """Tell whether the role includes adding and removing people and giving them roles."""
    return role is MemberRole.OWNER


def may_see_members(role: MemberRole) -> bool:
    """Tell whether the role includes seeing who else is a member: every role does."""
    return role in MemberRole


def may_recruit_for(role: MemberRole) -> bool:
    """Tell whether the role includes writing, publishing and closing postings."""
    return role in {MemberRole.OWNER, MemberRole.RECRUITER}


def may_read_applicants(role: MemberRole) -> bool:
    """Tell whether the role includes the applications to every posting of the company."""
    return role in {MemberRole.OWNER, MemberRole.RECRUITER, MemberRole.HIRING_MANAGER}


def may_see_finances(role: MemberRole) -> bool:
    """Tell whether the role includes the company's credits and payments."""
    return role in {MemberRole.OWNER, MemberRole.FINANCE}


_COMPANY_ACTIONS: Mapping[CompanyAction, May] = {
    CompanyAction.UPDATE: may_edit_company,
    CompanyAction.DELETE: may_edit_company,
    CompanyAction.READ_MEMBERS: may_see_members,
    CompanyAction.MANAGE_MEMBERS: may_manage_members,
    CompanyAction.POST_JOBS: may_recruit_for,
    CompanyAction.READ_APPLICANTS: may_read_applicants,
    CompanyAction.SEE_FINANCES: may_see_finances,
}


def company_actions(role: MemberRole | None) -> list[CompanyAction]:
    """Return what a viewer with this role, or without one, may do with the company."""
    if role is None:
        return []
    return [action for action, may in _COMPANY_ACTIONS.items() if may(role)]


def member_actions(
    *, viewer_role: MemberRole, is_self: bool, is_last_owner: bool
) -> list[MemberAction]:
    """Return what a member may do with a membership: owners manage all, everybody may leave.

    The last owner can neither be given another role nor leave.
    """
    if is_last_owner:
        return []
    if may_manage_members(viewer_role):
        return [MemberAction.CHANGE_ROLE, MemberAction.REMOVE]
    return [MemberAction.REMOVE] if is_self else []
