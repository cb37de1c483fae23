"""Word lists of the school-year rules, in lower case.

From notes on 78 strings and the five seed articles; a row is a pattern of a regular expression where it has
brackets or bars, else plain words.
"""

from archive.annotate.place_words import rows

# Cues without accents. Before a pair of years these make it a school year; NH counts in capitals only.
# (The patterns begin with a plain letter, which makes searching for them twice as fast.)
CUE = r"n(?:am[ -]*hoc|ien[ -]*(?:khoa|hoc)|(?<![a-z]n)\.?h)"
# Between the cue and the years.
CUE_FILLERS = rows(
    """
    moi; cu; nay; vua qua; vua roi; qua; truoc; sau; toi; sap toi; tiep theo; hien tai; nay la; la; tu;
    tu nam; lien ke; lien; thu nhat; thu hai; thu ba; lien tiep; lien tuc; gan day; gan nhat; cua nganh;
    do la; gom; lan luot la
    """
)
# "học kỳ I (2019-2020)", "học kỳ 2 năm 2020-2021", "HKI 2020-2021".
TERM_CUE = r"h(?:oc k[yi]|(?<![a-z]h)k)"

# "năm 2021-2022" without học is a school year only in a text of schools, and never after these.
NOT_BEFORE = rows(
    """
    giai doan; nhiem ky; nhiem ki; khoa; mua; mua giai; vu; vu mua; nien do; nhung; cac; hai; 2; ba; 3;
    trong hai; so; ke hoach nam; tai khoa; ngan sach
    """
)
# From here on with accents; a text written without any is read by the same rows without theirs.

# Words that only a text about schools has. "tuyên truyền, giáo dục" or "môi trường" are no such words.
SCHOOL_WORDS = rows(
    r"""
    niên học; nhà trường; trường học; (?:các|khối|toàn|liên|mái|ngôi|sân|cổng|công đoàn|cđ|cđcs) trường(?! hợp);
    trường (?:thpt|thcs|th|mn|ptdt|tiểu học|trung học|mầm non|mẫu giáo|đại học|cao đẳng|trung cấp|dạy nghề);
    trường (?:phổ thông|chuyên|nội trú|bán trú|chính trị); (?:thpt|thcs|ptdtbt|ptdtnt); tiểu học; mầm non;
    mẫu giáo; phổ thông; học sinh; (?<!vệ )sinh viên; giáo viên; giảng viên; nhà giáo; thầy,? cô; thầy giáo; cô giáo;
    hiệu trưởng; cbgv\w*; cbngnld; cbngnlđ; năm học; niên kh[oó][áa]; học k[ỳì]; khai giảng; bế giảng;
    tựu trường; hội giảng; dạy(?: và)? học; dạy tốt; học tốt; giảng dạy; lớp học; phòng học; sư phạm;
    trường lớp; gd ?& ?đt; gd-đt; gdđt; (?:phòng|sở|bộ|ngành|khối|công đoàn) giáo dục; cđgd;
    giáo dục và đào tạo; tổng phụ trách
    """
)

# What a sentence that names a year does with it: sums it up or gives awards for it, or plans and opens it.
STRONG_PAST = ("tổng kết", "sơ kết", "bế giảng")
PAST = rows(
    """
    đánh giá; kết quả; thành tích; khen thưởng; khen tặng; tuyên dương; biểu dương; trao thưởng; tôn vinh;
    vinh danh; nhìn lại; xem lại; khép lại; hoàn thành; (?<!trước khi )(?<!nữa là )(?<!sắp )(?<!chưa )kết thúc;
    bằng khen; giấy khen; đạt được; kiểm điểm; xếp loại; bình xét;
    xét thi đua; giải thưởng; phần thưởng; thành quả; thành công của; (?<=năm )vừa qua; (?<=học )vừa qua;
    đã qua; qua một; danh hiệu; đạt giải; việc đã làm; đã làm được; tình hình thực hiện; gặt hái; trao giải;
    nhận giải; điểm lại; cờ thi đua; công nhận
    """
)
AHEAD = rows(
    """
    triển khai; phương hướng; nhiệm vụ; kế hoạch; phát động; khai giảng; k[ýí] kết; chuẩn bị; năm học mới;
    chào đón; đón chào; bước vào; bước sang; hướng tới; tựu trường; đăng k[ýí]; giao ước; mục tiêu;
    chỉ tiêu; dự thảo; ra quân; khởi động; chào$; mừng$; đón$; định hướng;
    sẵn sàng; chương trình công tác; trọng tâm; trước thềm; chủ đề; dự kiến; bắt đầu; yêu cầu$;
    thống nhất (?:nội dung|chương trình|kế hoạch)
    """
)
# Directly after the year.
PAST_AFTER = ("vừa qua", "vừa rồi", "đã qua", "vừa kết thúc", "đã kết thúc", "qua,")
# Directly after the year, and stronger than a plan before it: "kế hoạch năm học 2019-2020 đã đạt được …".
ACCOMPLISHED = ("đã đạt", "đã hoàn thành", "đã mang lại", "đã thu được", "đã giành", "đã góp phần")
AHEAD_AFTER = (
    "(?:(?:vừa|đã|mới|chính thức) ){0,2}được (?:ký kết|phát động)", "sắp tới", "tới đây", "tới,", "sắp đến",
    "sắp bắt đầu",
)  # fmt: skip
# Before a past cue of the same phrase: what is aimed at is not done.
AIM = ("quyết tâm", "phấn đấu", "động viên", "lập thành tích")
# Directly after the years that say for what somebody is honoured.
HONOURED_AFTER = (
    "được (?:đề nghị )?(?:khen thưởng|biểu dương|tuyên dương|vinh danh|tôn vinh)",
    "được (?:đề nghị )?(?:trao tặng|tặng|trao|nhận) (?:bằng khen|giấy khen|cờ|kỷ niệm chương|huân chương|danh hiệu)",
)
# After the year, in the same sentence.
ENDED = ("đã khép lại", "đã kết thúc", "vừa khép lại", "vừa kết thúc")
FUTURE = ("(?<!chia )sẽ", "đặt mục tiêu", "phấn đấu", "dự kiến")
# In a text that names a year in several sentences, none with a cue before it: these count anywhere in them.
WEAK_PAST = ("được công nhận", "được tặng", "được nhận", "được khen", *STRONG_PAST, *PAST)

# Another year, named by its place: the words before it say nothing of the year after it.
OTHER_YEAR = rows("năm học (?:vừa )?qua; năm học vừa rồi; năm học trước; năm học cũ")

# Inferring: the year that a text of June to August is about, and one of September and October.
NEW_YEAR = rows("năm học mới; khai giảng; triển khai; tựu trường; chuẩn bị (?:cho )?năm học; đầu năm học")
SUMMING_UP = ("tổng kết", "bế giảng")
