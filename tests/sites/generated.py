"""Articles made by number: as many as a test wants, each with a text of its own, the same on every run.

Plain sentences of our own, put together by the article's number; `version` 1, 2, … are its later edits.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

TITLES = (
    "Công đoàn {unit} tặng {n} suất quà cho đoàn viên khó khăn",
    "{unit} tổ chức hội nghị người lao động với {n} đại biểu",
    "{n} đoàn viên {unit} tham gia hiến máu tình nguyện",
    "Công đoàn {unit} kết nạp thêm {n} đoàn viên mới",
    "{unit} trao {n} phần thưởng cho con đoàn viên học giỏi",
    "Hội thao công đoàn {unit} thu hút {n} vận động viên",
    "Công đoàn {unit} góp {n} ngày công dọn vệ sinh trường lớp",
    "{unit} ra mắt tổ tư vấn pháp luật phục vụ {n} lao động",
    "Công đoàn {unit} hoàn thành {n} sáng kiến trong phong trào thi đua",
    "{n} giáo viên {unit} dự tập huấn nghiệp vụ công đoàn",
    "Công đoàn {unit} thăm hỏi {n} gia đình chính sách",
    "{unit} tuyên dương {n} điển hình lao động giỏi",
    "Công đoàn {unit} ký giao ước thi đua với {n} tổ công đoàn",
    "{unit} khám sức khỏe cho {n} nữ đoàn viên",
    "Công đoàn {unit} quyên góp {n} đầu sách cho thư viện",
    "{unit} mở lớp bồi dưỡng cho {n} cán bộ công đoàn kiêm nhiệm",
    "Công đoàn {unit} hỗ trợ sửa nhà cho {n} hộ đoàn viên",
    "{unit} phát động trồng {n} cây xanh đầu xuân",
    "Công đoàn {unit} đối thoại với {n} người lao động về bữa ăn ca",
    "{unit} tổng kết năm hoạt động, biểu dương {n} tập thể và cá nhân",
)
KINDS = ("Trường Tiểu học", "Trường THCS", "Trường Mầm non", "Trường THPT")
NAMES = (
    "Sông Lam", "Hoa Gạo", "Đồi Chè", "Bến Tre Xanh", "Cây Đa", "Hồ Sen", "Ngã Ba", "Đồng Lúa", "Núi Voi", "Suối Mơ",
    "Giếng Ngọc", "Cầu Đá", "Làng Gốm", "Bãi Dâu", "Vườn Ươm",
)  # fmt: skip
PEOPLE = (
    "Trần Thu Hạnh", "Nguyễn Đình Phúc", "Lê Minh Châu", "Phạm Quang Vinh", "Đỗ Thị Mai", "Vũ Hoàng Sơn",
    "Bùi Ngọc Lan", "Hoàng Văn Thái", "Đặng Kim Oanh", "Ngô Xuân Bách", "Dương Thùy Linh",
)  # fmt: skip
PLACES = ("huyện Thường Tín", "huyện Bình Lục", "huyện Phú Xuyên", "huyện Cao Phong", "huyện Đầm Hà", "huyện Ứng Hòa")
SENTENCES = (
    "Sáng {day}, hơn {n} đoàn viên có mặt từ sớm để dự buổi gặp mặt do ban chấp hành công đoàn cơ sở chủ trì.",
    "Chị {person}, tổ trưởng tổ công đoàn số {m}, kể rằng năm nay việc đóng góp thuận lợi hơn mọi năm.",
    "Trong năm học {year}, đơn vị có {n} lượt giáo viên đăng ký chỉ tiêu thi đua, vượt {m} lượt so với kế hoạch.",
    "Số tiền {n} triệu đồng được trích từ quỹ tương trợ, phần còn lại do phụ huynh và bạn bè gần xa ủng hộ.",
    "Ban tổ chức chia làm {m} nhóm, mỗi nhóm lo một phần việc và báo lại kết quả ngay trong ngày.",
    "Ông {person} đề nghị các tổ rà soát lại danh sách, không để sót người đang nghỉ ốm dài ngày.",
    "Đoàn công tác của {place} đã đến thăm và ghi nhận cách làm của đơn vị.",
    "Theo báo cáo, tỷ lệ đoàn viên xếp loại tốt đạt {m} phần trăm, cao nhất trong ba năm trở lại đây.",
    "Buổi chiều, các đội thi kéo co và bóng chuyền hơi trước sự cổ vũ của {n} học sinh.",
    "Cô {person} chia sẻ kinh nghiệm giữ nếp sinh hoạt tổ vào chiều thứ sáu tuần cuối tháng.",
    "Tới năm học {year}, công đoàn sẽ nhận đỡ đầu thêm {m} em có hoàn cảnh đặc biệt.",
    "Kế hoạch đặt ra từ đầu quý gồm {m} đầu việc, đến nay đã xong quá nửa.",
    "Nhiều ý kiến tại hội nghị xoay quanh chế độ làm thêm giờ và phụ cấp cho nhân viên nấu ăn.",
    "Thầy {person} trao tượng trưng {m} chiếc xe đạp cho các em ở xa trường trên mười cây số.",
    "Kinh phí cho hoạt động được công khai trên bảng tin, ai cũng có thể xem và góp ý.",
    "Ngày {day}, đơn vị đã gửi {n} bộ quần áo ấm lên điểm trường vùng cao kết nghĩa.",
    "Phần thi ứng xử nói về giờ dạy đáng nhớ nhất khiến cả hội trường lặng đi.",
    "Từ mô hình này, {place} dự kiến nhân rộng ra {m} công đoàn cơ sở trong năm tới.",
    "Bà {person} cho biết đã có {n} lượt đoàn viên được vay vốn với lãi suất thấp.",
    "Kết thúc chương trình, {n} đại biểu chụp ảnh lưu niệm bên hàng cây mới trồng.",
    "Đây là lần thứ {m} phong trào được tổ chức, quy mô năm sau lớn hơn năm trước.",
    "Các tổ công đoàn thống nhất mỗi tháng dành một buổi giúp nhau soạn bài giảng điện tử.",
    "Trước đó, ngày {day}, ban nữ công đã khảo sát nhu cầu của {n} chị em có con nhỏ.",
    "Anh {person} nhắc lại những ngày đầu thành lập, khi cả đơn vị chỉ có {m} đoàn viên.",
)
LEADS = (
    "Hoạt động nằm trong chuỗi việc làm thiết thực chăm lo đời sống {n} đoàn viên của {unit}.",
    "Với {m} nội dung, chương trình của {unit} được đoàn viên đón nhận nồng nhiệt.",
    "Ngày {day}, {unit} phối hợp với {place} tổ chức chương trình dành cho {n} người lao động.",
)
EDITED = "Cập nhật lần {version}: ban tổ chức đính chính số người tham gia là {n} người, không phải như tin đã đưa."


@dataclass(frozen=True)
class Made:
    """One generated article; `published` is an ISO datetime with +07:00, or None for one that shows no date."""

    number: int
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    published: str | None
    version: int = 0

    @property
    def body(self) -> str:
        """Lead and paragraphs as `Article.body` has them."""
        return "\n\n".join((self.lead, *self.paragraphs))

    @property
    def date(self) -> str | None:
        """dd/mm/yyyy, as the site prints it."""
        return "/".join(reversed(self.published[:10].split("-"))) if self.published else None


def made(number: int, moment: datetime | None, version: int = 0) -> Made:
    """The article of a number as it stands after `version` edits, dated `moment` (None: undated)."""
    chance = random.Random(number)
    kind, name = KINDS[number % len(KINDS)], NAMES[number // len(KINDS) % len(NAMES)]
    unit = f"{kind} {name}"

    def fill(sentence: str) -> str:
        year = chance.randrange(2012, 2025)
        return sentence.format(
            unit=unit,
            n=chance.randrange(20, 900),
            m=chance.randrange(3, 90),
            day=f"{chance.randrange(1, 29)}/{chance.randrange(1, 13)}",
            year=f"{year}-{year + 1}",
            person=chance.choice(PEOPLE),
            place=chance.choice(PLACES),
        )

    # Unit and pattern repeat after 60 articles, the number after 389: the first 23,340 titles differ.
    title = TITLES[number % len(TITLES)].format(unit=unit, n=12 + number % 389)
    lead = fill(chance.choice(LEADS))
    chosen = [fill(sentence) for sentence in chance.sample(SENTENCES, 14)]
    paragraphs = [" ".join(chosen[start : start + 2]) for start in range(0, len(chosen), 2)]
    if version:
        paragraphs[2] = EDITED.format(version=version, n=chance.randrange(20, 900))
    return Made(
        number=number,
        title=title[0].upper() + title[1:],
        lead=lead,
        paragraphs=tuple(paragraphs),
        published=moment.isoformat() if moment else None,
        version=version,
    )
