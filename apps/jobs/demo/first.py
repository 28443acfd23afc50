"""The demo world's postings: two companies, several provinces, every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.core.demo import demo_id
from apps.core.text import slugify
from apps.jobs.domain import lifecycle
from apps.jobs.enums import JobState, JobType
from apps.jobs.models import Job
from apps.jobs.services.indexing import write_search_texts


@dataclass(frozen=True, kw_only=True)
class _Demo:
    key: str
    company: str
    title: str
    place: str
    description: str
    requirements: str
    benefits: str
    pay: tuple[int | None, int | None]
    """In million đồng a month."""
    job_type: JobType = JobType.FULL_TIME
    published_days_ago: int | None = 3
    deadline_in_days: int = 30
    closed_days_ago: int | None = None


_POSTINGS = (
    _Demo(
        key="backend",
        company="anphu",
        title="Lập trình viên Backend Python (Django)",
        place="01",
        description="Xây dựng API cho hệ thống quản lý kho, tối ưu truy vấn PostgreSQL, viết kiểm thử và "
        "cùng đội vận hành đưa phiên bản mới ra mỗi tuần.",
        requirements="Từ 2 năm kinh nghiệm với Python và Django, hiểu giao dịch và khóa trong cơ sở dữ "
        "liệu, dùng thành thạo Git và Linux.",
        benefits="Lương tháng 13, bảo hiểm sức khỏe, 14 ngày phép, máy tính cấu hình cao.",
        pay=(22, 38),
        published_days_ago=1,
    ),
    _Demo(
        key="frontend",
        company="anphu",
        title="Lập trình viên Frontend ReactJS",
        place="48",
        description="Phát triển giao diện web cho khách hàng doanh nghiệp, phối hợp với nhóm UI/UX để hoàn "
        "thiện trải nghiệm trên máy tính và điện thoại.",
        requirements="Nắm vững TypeScript và React, biết Node.js là lợi thế, quan tâm đến khả năng truy cập.",
        benefits="Làm việc linh hoạt hai ngày một tuần, du lịch hằng năm, ăn trưa tại văn phòng Đà Nẵng.",
        pay=(18, 32),
        published_days_ago=2,
    ),
    _Demo(
        key="mobile",
        company="anphu",
        title="Kỹ sư phần mềm C++ (thiết bị cầm tay)",
        place="01",
        description="Viết phần mềm quét mã vạch cho thiết bị cầm tay trong kho lạnh, xử lý mất mạng và đồng "
        "bộ dữ liệu khi có kết nối.",
        requirements="Thành thạo C++17, hiểu lập trình đa luồng, đọc được tài liệu kỹ thuật tiếng Anh.",
        benefits="Phụ cấp đi công trường, bảo hiểm đầy đủ theo luật, xét tăng lương hai lần một năm.",
        pay=(25, 45),
        published_days_ago=5,
    ),
    _Demo(
        key="tester",
        company="anphu",
        title="Nhân viên kiểm thử phần mềm (Tester)",
        place="REMOTE",
        description="Viết kịch bản kiểm thử, kiểm thử thủ công và tự động, theo dõi lỗi đến khi được sửa "
        "xong.",
        requirements="Cẩn thận, trình bày rõ ràng, biết SQL cơ bản; ưu tiên từng dùng công cụ kiểm thử "
        "giao diện.",
        benefits="Làm việc từ xa hoàn toàn, hỗ trợ chi phí internet và góc làm việc tại nhà.",
        pay=(12, 20),
        published_days_ago=4,
    ),
    _Demo(
        key="analyst",
        company="anphu",
        title="Chuyên viên phân tích nghiệp vụ (BA)",
        place="79",
        description="Làm việc trực tiếp với khách hàng phân phối để mô tả quy trình, viết tài liệu yêu cầu "
        "và nghiệm thu cùng đội phát triển.",
        requirements="Hiểu quy trình kho vận hoặc kế toán, kỹ năng trình bày tốt, tiếng Anh đọc hiểu.",
        benefits="Phụ cấp công tác, đào tạo chứng chỉ, khám sức khỏe định kỳ.",
        pay=(20, 30),
        published_days_ago=8,
    ),
    _Demo(
        key="intern",
        company="anphu",
        title="Thực tập sinh lập trình .NET",
        place="48",
        description="Tham gia dự án thật dưới sự hướng dẫn của kỹ sư nhiều kinh nghiệm, trình bày kết quả "
        "mỗi hai tuần.",
        requirements="Sinh viên năm cuối ngành công nghệ thông tin, biết C# cơ bản, đi làm ít nhất bốn "
        "buổi một tuần.",
        benefits="Trợ cấp thực tập, dấu xác nhận, cơ hội thành nhân viên chính thức.",
        pay=(4, 6),
        job_type=JobType.INTERNSHIP,
        published_days_ago=6,
        deadline_in_days=14,
    ),
    _Demo(
        key="devops",
        company="anphu",
        title="Kỹ sư vận hành hệ thống (DevOps)",
        place="01",
        description="Chuẩn bị hạ tầng cho bản phát hành mới, tự động hóa triển khai và giám sát.",
        requirements="Kinh nghiệm Linux, Docker và PostgreSQL; biết viết kịch bản bằng Python hoặc Bash.",
        benefits="Phụ cấp trực, lương tháng 13, bảo hiểm sức khỏe cho gia đình.",
        pay=(28, 45),
        published_days_ago=None,
    ),
    _Demo(
        key="store",
        company="songhong",
        title="Nhân viên bán hàng cửa hàng tiện lợi",
        place="79",
        description="Tư vấn và thanh toán cho khách, trưng bày hàng hóa, kiểm kê cuối ca.",
        requirements="Tốt nghiệp THPT, vui vẻ, trung thực, làm được ca xoay kể cả cuối tuần.",
        benefits="Thưởng doanh số theo tháng, đồng phục, nghỉ sinh nhật có lương.",
        pay=(7, 9),
        published_days_ago=1,
    ),
    _Demo(
        key="warehouse",
        company="songhong",
        title="Trưởng ca kho lạnh",
        place="75",
        description="Điều phối nhập xuất hàng trong ca, bảo đảm nhiệt độ và an toàn thực phẩm, hướng dẫn "
        "nhân viên mới.",
        requirements="Từ 3 năm làm kho, có chứng chỉ xe nâng, sẵn sàng làm ca đêm tại Biên Hòa.",
        benefits="Phụ cấp lạnh và ca đêm, xe đưa đón từ trung tâm Biên Hòa, cơm ca miễn phí.",
        pay=(14, 18),
        published_days_ago=3,
    ),
    _Demo(
        key="accountant",
        company="songhong",
        title="Kế toán tổng hợp",
        place="01",
        description="Lập báo cáo tài chính quý và năm, đối chiếu công nợ nhà cung cấp, làm việc với cơ quan "
        "thuế.",
        requirements="Tốt nghiệp đại học chuyên ngành kế toán, 3 năm kinh nghiệm trong bán lẻ hoặc F&B, "
        "thành thạo Excel.",
        benefits="Lương tháng 13, thưởng quý, nghỉ thứ Bảy.",
        pay=(15, 22),
        published_days_ago=7,
    ),
    _Demo(
        key="parttime",
        company="songhong",
        title="Nhân viên thu ngân bán thời gian",
        place="31",
        description="Thu ngân theo ca bốn giờ, phù hợp với sinh viên; lịch làm đăng ký theo tuần.",
        requirements="Từ 18 tuổi, nhanh nhẹn, tính toán cẩn thận.",
        benefits="Trả lương theo giờ hai lần một tháng, phụ cấp ca tối.",
        pay=(3, 5),
        job_type=JobType.PART_TIME,
        published_days_ago=10,
        deadline_in_days=20,
    ),
    _Demo(
        key="supervisor",
        company="songhong",
        title="Giám sát bán hàng khu vực",
        place="NATIONWIDE",
        description="Phụ trách nhóm cửa hàng trong khu vực, theo dõi doanh số, hỗ trợ mở cửa hàng mới.",
        requirements="Từ 2 năm giám sát bán lẻ, có bằng lái B, đi công tác thường xuyên.",
        benefits="Thu nhập theo năng lực, phụ cấp xăng xe và điện thoại.",
        pay=(None, None),
        published_days_ago=12,
    ),
    _Demo(
        key="driver",
        company="songhong",
        title="Tài xế giao hàng xe tải nhẹ",
        place="79",
        description="Giao hàng từ kho đến các cửa hàng trong thành phố, kiểm đếm và ký nhận.",
        requirements="Bằng lái B2 trở lên, thuộc đường, không vi phạm nồng độ cồn.",
        benefits="Phụ cấp cơm và điện thoại, bảo hiểm tai nạn.",
        pay=(10, 13),
        published_days_ago=25,
        closed_days_ago=2,
    ),
    _Demo(
        key="marketing",
        company="songhong",
        title="Chuyên viên marketing tại điểm bán",
        place="92",
        description="Lên kế hoạch khuyến mại theo mùa, phối hợp với nhà cung cấp, đo hiệu quả từng chương "
        "trình.",
        requirements="Tốt nghiệp đại học marketing hoặc kinh tế, sáng tạo, biết thiết kế cơ bản.",
        benefits="Thưởng theo chương trình, đào tạo nội bộ.",
        pay=(10, 15),
        published_days_ago=40,
        deadline_in_days=-3,
    ),
)

COUNT = len(_POSTINGS)


def load(*, now: datetime) -> None:
    """Write the postings of the demo world as rows with their search texts; they cost no credits."""
    jobs = Job.objects.bulk_create(
        _row(demo, number, now) for number, demo in enumerate(_POSTINGS, start=1)
    )
    write_search_texts(jobs=jobs)


def _row(demo: _Demo, number: int, now: datetime) -> Job:
    deadline = lifecycle.today(now) + timedelta(days=demo.deadline_in_days)
    lowest, highest = (None if amount is None else amount * 1_000_000 for amount in demo.pay)
    state = JobState.DRAFT if demo.published_days_ago is None else JobState.PUBLISHED
    return Job(
        id=demo_id(f"job:{demo.key}"),
        company_id=demo_id(f"company:{demo.company}"),
        posted_by_id=demo_id("user:recruiter" if demo.company == "anphu" else "user:recruiter2"),
        title=demo.title,
        slug=f"{slugify(demo.title)}-demo{number:02d}",
        place_id=demo.place,
        job_type=demo.job_type,
        salary_min=lowest,
        salary_max=highest,
        is_negotiable=lowest is None,
        description=demo.description,
        requirements=demo.requirements,
        benefits=demo.benefits,
        deadline=deadline,
        expires_at=lifecycle.expiry_of(deadline),
        state=state if demo.closed_days_ago is None else JobState.CLOSED,
        published_at=_days_before(now, demo.published_days_ago),
        closed_at=_days_before(now, demo.closed_days_ago),
    )


def _days_before(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now - timedelta(days=days)
