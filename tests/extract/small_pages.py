"""Small pages for the tests of extraction: what a test is about, in the frame that a site has around it."""

from typing import Any

from archive.extract import Article, extract

ADDRESS = "https://a.example.vn/tin-tuc/trao-qua"
CAPTURED = "2024-06-01T00:00:00+00:00"
TITLE = "Công đoàn huyện Sông Lô trao quà cho đoàn viên khó khăn"
LEAD = (
    "Hơn tám mươi gia đình đoàn viên được tiếp sức trước mùa mưa bão, nhờ một đợt quyên góp kéo dài suốt ba tháng"
    " đầu năm."
)
FIRST = (
    "Tại hội trường nhà văn hóa, công đoàn các trường học trao tám mươi lăm suất quà cho đoàn viên có hoàn cảnh"
    " khó khăn trên địa bàn."
)
SECOND = (
    "Mỗi suất quà gồm gạo, dầu ăn và một triệu đồng tiền mặt, do các tổ công đoàn cùng góp từ đợt vận động"
    " đầu xuân vừa qua."
)
THIRD = (
    "Nhận quà, chị Lò Thị Mai, nhân viên cấp dưỡng của trường mầm non, cho biết số tiền sẽ dành để sửa lại mái bếp"
    " trước mùa mưa."
)
FOURTH = (
    "Trong quý tới, các tổ công đoàn sẽ tiếp tục thăm hỏi từng gia đình và giúp nhau sửa nhà, không để ai bị bỏ lại"
    " phía sau."
)
CAPTION = "Đại diện công đoàn trao quà cho đoàn viên"
PICTURE = '<img src="/anh/trao-qua.jpg">'
OTHER = "Khai mạc giải bóng chuyền hơi công nhân lao động mùa thứ chín"
OTHER_TEXT = (
    "Mười hai đội bóng của các cụm thi đua bước vào vòng loại trên sân trung tâm, trong tiếng cổ vũ của đông đảo"
    " người xem."
)
MENU = '<ul><li><a href="/">Trang chủ</a></li><li><a href="/tin-tuc">Tin tức</a></li></ul>'


def page(inside: str, *, title: str = TITLE, head: str = "", above: str = "", below: str = "") -> str:
    """A page with a menu, the title, `inside` as the article's body, `below` it, and a foot."""
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body><div>{MENU}</div>"
        f"<div><h1>{title}</h1>{above}<div>{inside}</div>{below}</div>"
        "<div>Cổng thông tin của công đoàn huyện</div></body></html>"
    )


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def read(html: str, *, url: str = ADDRESS, **options: Any) -> Article:
    """The article of a page that has one."""
    article = maybe(html, url=url, **options)
    assert article is not None
    return article


def maybe(html: str, *, url: str = ADDRESS, **options: Any) -> Article | None:
    return extract(html, url, **({"captured": CAPTURED} | options))


def texts(inside: str, **frame: str) -> list[str]:
    """Lead and paragraphs of a page with such a body."""
    article = read(page(inside, **frame))
    return [article.lead, *article.paragraphs] if article.lead else article.paragraphs
