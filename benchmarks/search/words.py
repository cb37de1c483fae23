"""The words and phrases that the made-up articles say, and how often."""

from functools import cache
from itertools import accumulate, product
from random import Random

FREQUENT_SHARE = 0.4
"""The share of articles that hold a phrase of FREQUENT, each phrase for itself."""
RARE_ARTICLES = 30
"""In how many articles a word of RARE is."""

# fmt: off
FREQUENT = (
    "công đoàn cơ sở", "cán bộ công đoàn", "người lao động", "chăm lo đời sống", "đoàn viên công đoàn",
    "liên đoàn lao động huyện", "ban chấp hành công đoàn", "thi đua lao động giỏi", "công nhân viên chức",
    "tháng công nhân", "nhà giáo và người lao động", "quan hệ lao động hài hòa",
)
RARE = (
    "khuỵu", "ngoéo", "quềnh", "toáy", "xuềnh", "nguýt", "khuơ", "huơ", "quèn", "ngoém", "choèn", "toèn", "khoèo",
    "ngoảy", "quạnh", "quắp", "khoắng", "loắt", "choắt", "thoắt", "ngoắc", "khoằm", "quặp", "xoắn", "xoèn", "loẹt",
    "toẹt", "quẹo", "ngoẹo", "loằng", "ngoằng", "huỵch", "tuỵch", "quỵt", "xuýt", "suýt",
)
FIGURES = ("đoàn viên", "suất quà", "triệu đồng", "giáo viên", "tập thể", "đồng", "mái ấm", "giấy khen", "%")
MOVEMENTS = (
    ("tet-sum-vay", "Tết Sum vầy"), ("thang-cong-nhan", "Tháng Công nhân"), ("mai-am-cong-doan", "Mái ấm Công đoàn"),
    ("truong-hoc-hanh-phuc", "Xây dựng trường học hạnh phúc"), ("gioi-viec-nuoc", "Giỏi việc nước, đảm việc nhà"),
)
LEVELS = ("Mầm non", "Tiểu học", "THCS", "THPT")
_ONSETS = (
    "", "b", "c", "ch", "d", "đ", "gi", "h", "kh", "l", "m", "n", "ng", "nh", "ph", "s", "t", "th", "tr", "v", "x",
)
_RIMES = (
    "a á à ả ã ạ", "ai ái ài ải ãi ại", "an án àn ản ãn ạn", "ang áng àng ảng ãng ạng", "anh ánh ành ảnh ãnh ạnh",
    "ao áo ào ảo ão ạo", "âm ấm ầm ẩm ẫm ậm", "ân ấn ần ẩn ẫn ận", "âu ấu ầu ẩu ẫu ậu", "ăn ắn ằn ẳn ẵn ặn",
    "ăng ắng ằng ẳng ẵng ặng", "ô ố ồ ổ ỗ ộ", "ôi ối ồi ổi ỗi ội", "ông ống ồng ổng ỗng ộng", "ôn ốn ồn ổn ỗn ộn",
    "o ó ò ỏ õ ọ", "on ón òn ỏn õn ọn", "ong óng òng ỏng õng ọng", "ơ ớ ờ ở ỡ ợ", "ơi ới ời ởi ỡi ợi",
    "ơn ớn ờn ởn ỡn ợn", "u ú ù ủ ũ ụ", "un ún ùn ủn ũn ụn", "ung úng ùng ủng ũng ụng", "ư ứ ừ ử ữ ự",
    "ưng ứng ừng ửng ững ựng", "ương ướng ường ưởng ưỡng ượng", "ươi ưới ười ưởi ưỡi ượi", "uôc uốc uộc",
    "uyên uyến uyền uyển uyện", "at át ạt", "ăc ắc ặc", "ât ất ật", "ôc ốc ộc", "ưc ức ực",
)
# fmt: on
_COMMON = "và của các đã được trong cho với là tại có những về người năm huyện tỉnh công đoàn cơ sở lao động trường học"
_WORDS, _CLAUSES = 30_000, 50_000


@cache
def clauses() -> list[str]:
    """What stands between the phrases: three to twelve words in a row, of one or two syllables, by Zipf's law. The same
    ones every time."""
    random = Random("clauses")
    rimes = [rime for row in _RIMES for rime in row.split()]
    syllables = sorted({onset + rime for onset, rime in product(_ONSETS, rimes)} - set(RARE))
    random.shuffle(syllables)
    known = dict.fromkeys([*_COMMON.split(), *syllables[:2_500]])
    while len(known) < _WORDS:
        known[f"{random.choice(syllables)} {random.choice(syllables)}"] = None
    weights = list(accumulate(1 / (place + 8) for place in range(_WORDS)))
    words = list(known)
    return [" ".join(random.choices(words, cum_weights=weights, k=random.randrange(3, 13))) for _ in range(_CLAUSES)]


def rare_in(number: int, articles: int) -> str | None:
    """The rare word that an article of so many holds, or None."""
    place = number % max(articles // RARE_ARTICLES, len(RARE))
    return RARE[place] if place < len(RARE) else None
