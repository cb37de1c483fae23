"""Made-up articles of the genre, edited copies of them, and forms filled in twice.

An article has 12 to 19 sentences, each of clauses drawn from pools of their own, in one of six orders, and filled with
the districts of the gazetteer, people, schools and figures: there are millions of sentences before they are filled, and
two articles share about as much as two real ones do. A form is one text of phrases, filled in for a district.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

from archive.text import unaccent

DISTRICTS = Path(__file__).parents[2] / "archive" / "data" / "gazetteer" / "districts.csv"

# fmt: off
FAMILY = (
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh",
    "Trịnh", "Đoàn", "Mai", "Tạ", "Lương",
)
MIDDLE = (
    "Văn", "Thị", "Đức", "Minh", "Thanh", "Quang", "Hữu", "Ngọc", "Thu", "Xuân", "Hồng", "Công", "Đình", "Kim",
    "Bích", "Tuấn", "Mỹ", "Anh",
)
GIVEN = (
    "Hùng", "Lan", "Hoa", "Dũng", "Mai", "Hương", "Tuấn", "Nga", "Bình", "Sơn", "Hạnh", "Thủy", "Long", "Yến", "Nam",
    "Oanh", "Phúc", "Trang", "Quân", "Tâm", "Việt", "Loan", "Cường", "Hiền",
)
WHEN = (
    "Sáng {day}", "Chiều ngày {day}", "Vừa qua", "Trong tuần đầu tháng {month}", "Ngay từ quý {few}",
    "Hết tháng {month}", "Sau đợt mưa lũ", "Nhân Tháng Công nhân", "Trước Tết Nguyên đán", "Mới đây",
    "Giữa năm {year}", "Cùng thời điểm ấy", "Tính đến {day}", "Trước thềm đại hội",
)
WHO = (
    "LĐLĐ huyện {place}", "cô {person}", "Công đoàn Trường {level} {place}",
    "đồng chí {person}, Chủ tịch LĐLĐ {place}", "nghiệp đoàn nghề cá {place}", "{many} nữ đoàn viên cụm {place}",
    "Ban Thường vụ", "thầy {person} (Trường {level} {place})", "tổ công đoàn số {few}", "Công ty may {place}",
    "{few} cán bộ Trường {level} {place}", "ông {person}, thợ máy", "ủy ban kiểm tra", "Ban Nữ công {place}",
    "công nhân vệ sinh {place}", "Hội đồng thi đua",
)
DID = (
    "trao {few} suất quà", "khảo sát bữa ăn ca", "kết nạp {many} đoàn viên", "ký thỏa ước với {few} doanh nghiệp",
    "thăm {person}", "mở lớp bồi dưỡng {few} ngày", "sửa {few} phòng trọ", "vận động {money} triệu đồng",
    "đối thoại với người sử dụng lao động", "trồng {many} cây xanh", "hiến {many} đơn vị máu",
    "chấm giải hội thi {level}", "bàn giao mái ấm cho {person}", "lắng nghe {few} kiến nghị",
    "kiểm tra tài chính tại {place}", "gói {many} bánh chưng", "tổng kết phong trào nữ công",
    "bầu {person} vào ban chấp hành", "khám sức khỏe {many} lao động", "tặng sách thư viện {level}",
    "thi kéo co cùng {place}", "hoàn trả {money} triệu tiền lương",
)
WITH = (
    "với kinh phí {money} triệu đồng", "tại nhà văn hóa {place}", "dưới sự chứng kiến của {person}",
    "cùng {many} người lao động", "theo nghị quyết số {few}", "bằng quỹ mái ấm", "ở xã {place}",
    "nhờ {few} nhà hảo tâm", "gấp {few} lần năm {year}", "qua mạng xã hội", "trên sân Trường {level} {place}",
    "vượt {few} % chỉ tiêu", "do {person} phụ trách", "trong hai tiếng rưỡi", "giữa trời mưa", "thay cho liên hoan",
)
THEN = (
    "để {few} gia đình bớt khó", "góp phần giữ chân thợ giỏi", "đạt {many} điểm", "nâng tổng số lên {many} người",
    "còn {few} việc chưa xong", "{person} xúc động kể lại", "mỗi suất {money} nghìn đồng",
    "riêng {place} có {many} người", "giảm {few} vụ tai nạn", "hẹn gặp lại tháng {month}", "được {place} làm theo",
    "ai cũng phấn khởi", "giải nhất thuộc về {person}", "không nơi nào đình công", "bữa cơm thêm {few} món",
    "nhất là lao động nữ",
)
FORM = (
    "Ngày {day}, tại hội trường trung tâm chính trị, LĐLĐ huyện {place} phối hợp với Phòng Giáo dục và Đào tạo tổ"
    " chức hội nghị tổng kết công tác phối hợp năm học {year}.",
    "Tới dự có các đồng chí {person}, Phó Chủ tịch LĐLĐ tỉnh; {person}, Phó Bí thư Thường trực huyện ủy {place}"
    " cùng {many} đại biểu là chủ tịch công đoàn các trường học trên địa bàn.",
    "Năm học qua, các cấp công đoàn đã làm tốt công tác chăm lo đời sống cho cán bộ, giáo viên và người lao động:"
    " thăm hỏi {many} lượt đoàn viên ốm đau, trao {few} suất quà trị giá {money} triệu đồng.",
    "Phong trào thi đua dạy tốt, học tốt được duy trì thường xuyên, có {many} sáng kiến được công nhận, {few} tập"
    " thể và {many} cá nhân được các cấp khen thưởng.",
    "Phát biểu chỉ đạo hội nghị, đồng chí {person} ghi nhận, biểu dương những kết quả mà công đoàn ngành Giáo dục"
    " huyện {place} đã đạt được, đồng thời đề nghị trong năm học tới tiếp tục đổi mới nội dung và phương thức hoạt"
    " động.",
    "Dịp này, {few} tập thể và {few} cá nhân có thành tích xuất sắc được LĐLĐ huyện {place} tặng giấy khen.",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Given:
    """One made-up article: articles of one origin are reprints of each other."""

    id: str
    origin: str
    title: str
    sentences: tuple[str, ...]

    @property
    def body(self) -> str:
        return "\n\n".join(" ".join(self.sentences[i : i + 3]) for i in range(0, len(self.sentences), 3))


class Maker:
    """Makes articles; the same seed makes the same ones."""

    def __init__(self, seed: str):
        self.random = Random(seed)
        with DISTRICTS.open(encoding="utf-8", newline="") as file:
            self.places = sorted({row["district"] for row in csv.DictReader(file)})

    def article(self, number: int) -> Given:
        sentences = tuple(self.sentence() for _ in range(self.random.randint(12, 19)))
        return Given(f"a{number}", f"a{number}", self.title(), sentences)

    def title(self) -> str:
        return self.fill(f"{self.random.choice(WHO)} {self.random.choice(DID)}")

    def sentence(self) -> str:
        """Two to three of its clauses with their own subject, in one of six orders."""
        when, who, did, and_did, how, then = (self.random.choice(pool) for pool in (WHEN, WHO, DID, DID, WITH, THEN))
        order = self.random.choice((
            f"{when}, {who} {did} {how}; {then}",
            f"{who} {did}, {and_did} {how}",
            f"{how}, {who} {did}, {then}",
            f"{then}: {when.lower()} {who} {and_did} {how}",
            f"{when} {how}, {then}, {who} {did}",
            f"Theo {who}, {then}; {when.lower()}, đơn vị {did} rồi {and_did}",
        ))  # fmt: skip
        filled = self.fill(order)
        return f"{filled[0].upper()}{filled[1:]}."

    def form(self, number: int, half: str) -> Given:
        """A form filled in: two with one number come from two districts and have the same phrases."""
        return Given(f"f{number}{half}", f"f{number}{half}", "Tổng kết", tuple(self.fill(line) for line in FORM))

    def fill(self, line: str) -> str:
        values = {
            "place": lambda: self.random.choice(self.places),
            "person": lambda: " ".join(map(self.random.choice, (FAMILY, MIDDLE, GIVEN))),
            "level": lambda: self.random.choice(("Mầm non", "Tiểu học", "THCS", "THPT")),
            "day": lambda: (
                f"{self.random.randint(1, 28)}/{self.random.randint(1, 12)}/{self.random.randint(2012, 2025)}"
            ),
            "month": lambda: f"{self.random.randint(1, 12)}/{self.random.randint(2012, 2025)}",
            "year": lambda: str(self.random.randint(2012, 2025)),
            "few": lambda: f"{self.random.randint(2, 40):02}",
            "many": lambda: f"{self.random.randint(41, 2400):,}".replace(",", "."),
            "money": lambda: str(self.random.randint(5, 900)),
        }
        head, *rest = line.split("{")
        parts = (part.partition("}") for part in rest)
        return head + "".join(values[name]() + text for name, _, text in parts)

    def edited(self, kind: str, original: Given) -> Given:
        """A copy of an article under another title, edited as the kind says."""
        sentences, random = list(original.sentences), self.random
        if "cut" in kind:
            sentences = sentences[: round(len(sentences) * (0.6 if "60" in kind else 0.7))]
        if kind == "reordered":
            random.shuffle(sentences)
        if kind == "40 % added":
            sentences += [self.sentence() for _ in range(round(len(sentences) * 0.4))]
        if "words" in kind:
            sentences = self.changed(sentences, int(kind.split()[0]) / 100)
        if "no accents" in kind:
            sentences = [unaccent(sentence) for sentence in sentences]
        title = self.title() if "title" in kind else original.title
        return Given(f"{original.id} {kind}", original.origin, title, tuple(sentences))

    def changed(self, sentences: list[str], share: float) -> list[str]:
        """The sentences with this share of their words put in the place of others of the same making."""
        words = [sentence.split() for sentence in sentences]
        others = [word for _ in range(10) for word in self.sentence().split()]
        places = [(i, j) for i, line in enumerate(words) for j in range(len(line))]
        for i, j in self.random.sample(places, round(len(places) * share)):
            words[i][j] = self.random.choice([word for word in others if word != words[i][j]])
        return [" ".join(line) for line in words]
