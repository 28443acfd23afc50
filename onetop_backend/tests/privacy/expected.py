"""Who sees what: for every secret of the world the people whom the API shows it to, and nobody else."""

from __future__ import annotations

from onetop_backend.tests.privacy.world import EVERYBODY

APPLICANTS_OF_COMPANY = {"owner", "manager"}
"""The members whose role includes the applicants."""

MEMBERS = {"owner", "manager", "interviewer", "finance"}

_READS_EXPORTS = {"staff"}
"""Staff may look at anybody's operation and its result."""

SEEN_BY: dict[str, set[str]] = {
    # an applicant: the company reads everything that was sent to it
    "applicant email": {"applicant", *APPLICANTS_OF_COMPANY, *_READS_EXPORTS},
    "applicant phone": {"applicant", *APPLICANTS_OF_COMPANY, *_READS_EXPORTS},
    "applicant name": {"applicant", *APPLICANTS_OF_COMPANY, *_READS_EXPORTS},
    "applicant CV": {"applicant", *APPLICANTS_OF_COMPANY},
    "applicant CV name": {"applicant", *APPLICANTS_OF_COMPANY},
    "applicant letter": {"applicant", *APPLICANTS_OF_COMPANY},
    # one who withdrew: the company keeps the name
    "leaver email": {"leaver"},
    "leaver phone": {"leaver"},
    "leaver name": {"leaver", *APPLICANTS_OF_COMPANY, *_READS_EXPORTS},
    "leaver CV": {"leaver"},
    "leaver CV name": {"leaver"},
    "leaver letter": {"leaver"},
    # another company's applicant
    "rival email": {"rival", "other_owner"},
    "rival phone": {"rival", "other_owner"},
    "rival name": {"rival", "other_owner"},
    "rival CV": {"rival", "other_owner"},
    "rival CV name": {"rival", "other_owner"},
    "rival letter": {"rival", "other_owner"},
    # what companies write for themselves
    "company reason": APPLICANTS_OF_COMPANY,
    "company reason about who left": APPLICANTS_OF_COMPANY,
    "other reason": {"other_owner"},
    "company draft": MEMBERS,
    "other draft": {"other_owner"},
    "company deleted posting": set(),
    "other deleted posting": set(),
    "grant reason": set(),
    # colleagues know each other's names and addresses
    **{
        f"{name} {what}": {name, *MEMBERS} if what != "phone" else {name}
        for name in MEMBERS
        for what in ("email", "name", "phone")
    },
    **{
        f"{name} {what}": {name}
        for name in ("former", "other_owner", "staff")
        for what in ("email", "name", "phone")
    },
    **{f"pending {what}": set() for what in ("email", "name", "phone")},
    # sessions are one's own
    **{f"{name} device": {name} for name in EVERYBODY if name not in {"anonymous", "pending"}},
}

MAILED_TO: dict[str, set[str]] = {
    # Those who recruited when it happened, the member who was removed later among them.
    "applicant name": {"owner", "manager", "former"},
    "leaver name": {"owner", "manager", "former"},
    "rival name": {"other_owner"},
}
"""What stands in mails, besides a person's own name: nothing else does."""
