"""The demo world's companies: two that are confirmed, each with its owner."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.companies.domain.naming import name_key
from apps.companies.enums import MemberRole
from apps.companies.models import Company, Membership
from apps.core.demo import demo_id

_COMPANIES = (
    {
        "key": "anphu",
        "owner": "user:recruiter",
        "name": "Công ty Cổ phần Phần mềm An Phú",
        "slug": "cong-ty-co-phan-phan-mem-an-phu-demo01",
        "description": (
            "An Phú làm phần mềm quản lý kho và vận chuyển cho các doanh nghiệp phân phối. "
            "Hơn 120 kỹ sư làm việc tại Hà Nội, Đà Nẵng và từ xa."
        ),
        "address": "Tầng 9, 24 Lý Thường Kiệt, Hoàn Kiếm, Hà Nội",
        "website": "https://anphu.example.vn",
    },
    {
        "key": "songhong",
        "owner": "user:recruiter2",
        "name": "Công ty TNHH Bán lẻ Sông Hồng",
        "slug": "cong-ty-tnhh-ban-le-song-hong-demo02",
        "description": (
            "Sông Hồng vận hành 36 cửa hàng tiện lợi và một kho lạnh ở miền Bắc và miền Nam, "
            "tuyển quanh năm cho cửa hàng, kho và văn phòng."
        ),
        "address": "18 Nguyễn Huệ, phường Sài Gòn, Thành phố Hồ Chí Minh",
        "website": "https://songhong.example.vn",
    },
)


def load(*, now: datetime) -> None:
    """Write the companies of the demo world as rows; they exist since some weeks before ``now``."""
    opened_at = now - timedelta(days=60)
    Company.objects.bulk_create(
        Company(
            id=demo_id(f"company:{demo['key']}"),
            name=demo["name"],
            name_key=name_key(demo["name"]),
            slug=demo["slug"],
            description=demo["description"],
            address=demo["address"],
            website=demo["website"],
            verified_at=opened_at + timedelta(days=1),
        )
        for demo in _COMPANIES
    )
    Membership.objects.bulk_create(
        Membership(
            id=demo_id(f"membership:{demo['key']}:{demo['owner']}"),
            company_id=demo_id(f"company:{demo['key']}"),
            user_id=demo_id(demo["owner"]),
            role=MemberRole.OWNER,
            joined_at=opened_at,
        )
        for demo in _COMPANIES
    )
