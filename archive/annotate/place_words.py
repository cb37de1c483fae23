"""Word lists of the place rules: what stands to the left of a name and says what the name is.

Every row is written as in Vietnamese print, lower case, words as they are told apart (GD&ĐT is "gd đt",
TT&VH "tt vh", T.P. "t p"). The lists began with the rules measured on 89 sentences and 34 National Assembly
resolutions, and hold what union news of districts uses.
"""


def rows(text: str) -> tuple[str, ...]:
    """The rows of a word list: phrases separated by semicolons."""
    return tuple(" ".join(row.split()) for row in text.split(";") if row.strip())


# Words that make the name after them a unit of this type. "Quận ủy", "thị đoàn" name their unit as well.
TYPE_CUES: dict[str, tuple[str, ...]] = {
    "Huyện": ("huyện", "huyên", "huyện đảo", "huyện ủy", "huyện đoàn", "h", "h ủy"),
    "Quận": ("quận", "quận ủy", "quận đoàn", "q"),
    "Thị xã": ("thị xã", "thị ủy", "thị đoàn", "tx", "t x", "thị"),
    "Thành phố": ("thành phố", "thành ủy", "thành đoàn", "tp", "t p", "thành", "thủ đô"),
    "Tỉnh": ("tỉnh", "tỉnh ủy", "tỉnh đoàn"),
}
# One-letter cues count with their full stop ("H. Bình Lục", "Q.1"), without it only as capitals after a body.
DOTTED_CUES = frozenset({"h", "q"})
# "thị" and "thành" are cues only in the lists that shorten them: "các huyện, thị, thành".
SHORT_CUES = frozenset({"thị", "thành"})

# Between a type and its one name: "huyện miền núi Mường Lát", "thành phố biển Tuy Hòa".
TYPE_FILLERS = rows(
    """
    miền núi; vùng cao; vùng biên; vùng sâu; vùng xa; vùng ven; vùng ven biển; biên giới; nội thành; ngoại
    thành; ven biển; ven đô; biển; đảo; hải đảo; tiền tiêu; trẻ; mỏ; cảng; hoa; lúa; nghèo; mới; bạn; láng
    giềng; lân cận; giáp ranh; trung du; đồng bằng; cửa khẩu; thuần nông; công nghiệp; du lịch; anh hùng;
    nông thôn mới; trực thuộc; trung tâm; vùng cao biên giới; miền núi biên giới; biên giới biển
    """
)

# Bodies that bear the name of their district or province.
ORG_CUES = rows(
    """
    lđlđ; liên đoàn lao động; ldld; lđ lđ; cđgd; cđgdvn; cđvc; cđ; cđn; công đoàn; công đoàn giáo dục;
    công đoàn ngành; công đoàn ngành giáo dục; công đoàn viên chức; công đoàn ngành gd đt; công đoàn
    ngành y tế; công đoàn ngành xây dựng; công đoàn ngành công thương; công đoàn gd; công đoàn giáo dục
    đào tạo; ngành giáo dục; ngành gd đt; giáo dục; giáo dục đào tạo; giáo dục và đào tạo; gd đt; gđ đt;
    phòng gd; phòng giáo dục; sở gd; sở giáo dục; gddt; gdđt; ubnd; hđnd; hđnd ubnd; ủy ban nhân dân;
    hội đồng nhân dân; mttq; ubmttq; mặt trận tổ quốc; đảng bộ; tt vh; ttvh; tt tt vh; trung tâm tt vh;
    vh tt; trung tâm văn hóa; trung tâm truyền thông và văn hóa; truyền thông và văn hóa; truyền thông
    văn hóa; văn hóa thể thao; văn hóa và thể thao; thông tin và thể thao; văn hóa thông tin; văn hóa
    thông tin và thể thao; văn hóa thông tin và truyền thông; trung tâm y tế; hội liên hiệp phụ nữ; hội
    lhpn; lhpn; hội phụ nữ; hội nông dân; hội cựu chiến binh; hội ccb; hội khuyến học; hội chữ thập đỏ;
    đoàn thanh niên; công an; bhxh; bảo hiểm xã hội; ban chỉ huy quân sự; chi cục thuế; kho bạc nhà
    nước; tòa án nhân dân; viện kiểm sát nhân dân; ban dân vận; ban tuyên giáo; trung tâm chính trị; nhà
    văn hóa lao động; cung văn hóa lao động; nhà văn hóa; phòng nội vụ; phòng lao động thương binh và xã
    hội; phòng lđ tb xh; sở nội vụ; sở y tế; liên đoàn; trường học; khối giáo dục
    """
)
# The bodies after which "Hồ Chí Minh" is the city and a hero's name is the district.
CITY_BODIES = rows(
    """
    lđlđ; liên đoàn lao động; ubnd; ủy ban nhân dân; thành ủy; thành đoàn; hđnd
    """
)

# Words of place: the name after them is a place, though it may be a commune or a street.
PLACE_CUES = rows(
    """
    tại; ở; địa bàn; trên địa bàn; đến từ; quê; quê ở; thuộc; vùng đất
    """
)

COMMUNE_CUES = rows(
    """
    xã; phường; thị trấn; tt; x; p; đặc khu; liên xã; xã đảo; đảng ủy xã; cụm xã
    """
)
COMMUNE_TYPES = {"xã": "Xã", "phường": "Phường", "thị trấn": "Thị trấn", "đặc khu": "Đặc khu"}

# Smaller or other things that bear a place's name.
THING_CUES = rows(
    """
    thôn; bản; ấp; xóm; khóm; buôn; làng; tổ dân phố; khu phố; tiểu khu; khu dân cư; kdc; khu đô thị;
    khu tập thể; khu vực; đường; phố; ngõ; hẻm; đại lộ; quốc lộ; quảng trường; tượng đài; công viên; hồ;
    sông; núi; cầu; chợ; đèo; đảo; quần đảo; vịnh; biển; suối; thác; động; hang; đồi; gò; đập; hồ chứa;
    kênh; rừng; vườn quốc gia; khu bảo tồn; khu du lịch; khu di tích; đền; chùa; đình; miếu; nhà thờ;
    lăng; thành cổ; ga; bến xe; bến; cảng; sân bay; sân vận động; svđ; nhà hát; nhà khách; nhà máy; nhà
    nghỉ; khách sạn; siêu thị; xí nghiệp; công ty; cty; công ty cổ phần; công ty cp; công ty tnhh; ctcp;
    tập đoàn; doanh nghiệp; hợp tác xã; htx; nông trường; lâm trường; thủy điện; nhiệt điện; xi măng;
    may; dệt; giày; bia; gạch; mía đường; bệnh viện; bv; bệnh viện đa khoa; bvđk; trạm y tế; phòng khám;
    khu công nghiệp; kcn; cụm công nghiệp; ccn; khu chế xuất; kcx; khu kinh tế; hội trường; rạp; đội
    bóng; câu lạc bộ; clb; fc; cúp; giải; chiến thắng; chiến dịch; khởi nghĩa; trận; đại thắng; hiệp
    định; tàu; phong trào; ngân hàng; quán; nhà hàng; tác phẩm; bài hát; ca khúc; phim; thương hiệu; vì
    """
)
SCHOOL_CUES = rows(
    """
    trường; thpt; thcs; th; pt; ptdt; ptdtbt; ptcs; gdtx; gdnn; gdnn gdtx; mn; mầm non; mẫu giáo; mg;
    tiểu học; trung học; trung học cơ sở; trung học phổ thông; nội trú; bán trú; nhà trẻ; chuyên; đại
    học; đh; cao đẳng; trung cấp; học viện; sư phạm; phân hiệu; cao đẳng nghề; trung cấp nghề; th thcs;
    th và thcs; thcs và thpt; tiểu học và thcs
    """
)
PERSON_CUES = rows(
    """
    ông; bà; cô; thầy; anh; chị; em; bé; cháu; bác; chú; cậu; cụ; dì; mẹ; bố; đồng chí; đ c; đc; thầy
    giáo; cô giáo; nhà thơ; nhà văn; nhạc sĩ; nhạc sỹ; ca sĩ; nghệ sĩ; nghệ sỹ; nsưt; nsnd; họa sĩ; tiến
    sĩ; ts; ths; thạc sĩ; gs; pgs; bác sĩ; kỹ sư; luật sư; phóng viên; pv; cộng tác viên; ctv; tác giả;
    nghệ nhân; liệt sĩ; liệt sỹ; anh hùng; chủ tịch hồ; vua; tướng; đại tướng; thượng tá; đại tá; trung
    tá; thiếu tá; nhà báo; biên tập viên; học sinh; giáo viên; nữ công nhân; hiệu trưởng; hiệu phó; nữ
    tướng; tấm gương; tư tưởng; phong cách; chị em; danh nhân; vợ chồng
    """
)
# A byline: what stands before these and a colon was written or photographed by a person.
BYLINE_CUES = rows(
    """
    ảnh; tin; bài; tin ảnh; bài ảnh; tin bài; tin và ảnh; bài và ảnh; tác giả; thực hiện; người viết;
    nguồn ảnh; biên tập; ctv; pv; tin bài ảnh; theo
    """
)
# After a bare name: it was a person who did that.
PERSON_VERBS = rows(
    """
    chia sẻ; cho biết; cho hay; tâm sự; bày tỏ; kể; nói; phát biểu; nhớ lại; trình bày; sinh năm; xúc
    động; vui mừng; nghẹn ngào; học sinh; cộng tác viên; phóng viên
    """
)
SURNAMES = frozenset(
    rows(
        """
    nguyễn; trần; lê; phạm; hoàng; huỳnh; phan; vũ; võ; đặng; bùi; đỗ; hồ; ngô; dương; lý; lương; đinh;
    mai; trịnh; lâm; phùng; tạ; tô; cao; hà; chu; thái; tống; triệu; vương; kiều; thạch; quách;
    la; lưu; đào; nông; ma; hứa; tăng; trương; châu; khương; văn; thị; đàm; lò; vi; quàng; lường; cầm;
    giàng; sùng; vàng; thào; mùa; lầu; bế; lục; nghiêm; doãn; thân; ninh; giáp; khổng; mạc; phí; tiêu;
    bạch; âu; cù; kim; lại; thiều; đồng; viên; ngọc; thanh; minh
    """
    )
)

# Names that ordinary prose or headlines use as words; bare, or in capitals, they are no places.
WORD_NAMES = frozenset(
    rows(
        """
    hòa bình; thống nhất; thanh xuân; bình minh; yên bình; thanh bình; tam nông; vinh; thái hòa; phú
    quí; bình an; đại lộc; chợ mới; an khê; tân kỳ; lắk; chũ; vĩnh lợi; hòa an; hòa thành
    """
    )
)
# Names of people and battles: bare, they are these and not the district.
HERO_NAMES = frozenset(
    rows(
        """
        hồ chí minh; hcm; hai bà trưng; ngô quyền; lê chân; trần văn thời; ngọc hiển; dương minh châu;
        điện biên phủ; đống đa; hồng bàng
        """
    )
)
# Capitalised words before a name that leave it the name of a place: "Đoàn Hà Nội", "Báo Hà Nam".
OPENERS = frozenset(rows("đoàn; đội; báo; đài; cụm; khối; người; đất; vùng; tỉnh; miền; xứ; tại; ở; từ; về; theo"))
# What an institution is called by; with a capital after it, a place at the end belongs to its name.
INSTITUTIONS = frozenset(
    rows(
        """
        đại học; cao đẳng; trung cấp; học viện; bệnh viện; công ty; tập đoàn; ngân hàng; nhà máy; xí nghiệp;
        trường; khách sạn; tổng công ty; viện
        """
    )
)
# Longer names that hold the name of a place and are none, or are another.
SWALLOWERS = rows(
    """
    Thái Bình Dương; Hà Nội Mới; Hà Nam Ninh; Bình Trị Thiên
    """
)

# Between the type and the names of a list: "các huyện gồm: A, B", "các huyện miền núi như A, B".
LIST_FILLERS = frozenset(
    rows(
        """
    gồm; bao; như; là; trong; trên; tỉnh; địa; bàn; miền; núi; của; thuộc; có; và; phía; bắc; nam; vùng;
    cao; ven; biển; khác
    """
    )
)
PLURALS = frozenset(
    rows(
        """
    các; những; hai; ba; bốn; năm; sáu; bảy; tám; chín; mười; nhiều; mấy; mọi; cụm; 2; 3; 4; 5; 6; 7; 8;
    9; 10; 02; 03; 04; 05
    """
    )
)
LIST_WORDS = frozenset(
    rows(
        """
    và; cùng; với; hoặc; hay
    """
    )
)

# A former unit named after its time: "huyện Hoành Bồ (cũ)", "huyện Từ Liêm trước đây".
FORMER_WORDS = rows(
    """
    cũ; trước đây; trước kia; nay là; (nay; (cũ
    """
)

# Names with these syllables are spelled with every choice of accents: Đăk Glei, Đắc Glei, Dak Glei.
HIGHLAND_PROVINCES = frozenset(
    rows(
        """
    62; 64; 66; 67
    """
    )
)
HIGHLAND_SYLLABLES = frozenset(
    rows(
        """
    dak; krong; kon; ea; ia; chu; cu; buon; kong; kbang; mdrak; ayun; pleiku; plong; lak; plei
    """
    )
)
SYLLABLES = {
    **dict.fromkeys(("đăk", "đắc", "đăc", "đak", "dak", "dắk", "dăk", "đác", "đák"), "đắk"),
    **dict.fromkeys(("lăk", "lắc", "lăc", "lak", "lák"), "lắk"),
    "tầu": "tàu",
    "thày": "thầy",
    **dict.fromkeys(("pắk", "păc", "păk", "pak"), "pắc"),
}
