"""A small archive.db, written through the store as ingest writes it, and the site made of it."""

import asyncio
import base64
import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from archive.annotate import Annotations, ArticlePlace, ArticleYear, gazetteer
from archive.extract.article import Article
from archive.serve import datasette
from archive.store import SourceRow, Store, Version

METADATA = Path(__file__).parents[2] / "metadata.yml"

DAM_HA, BINH_LUC, THUONG_TIN, CAO_PHONG = "200", "352", "279", "154"

BINH_LUC_SOURCE = SourceRow(
    "ha-nam.binh-luc",
    "LĐLĐ huyện Bình Lục",
    BINH_LUC,
    "listing",
    "https://binhluc.example",
    False,
    None,
    "full",
    60,
)
DAM_HA_SOURCE = replace(
    BINH_LUC_SOURCE,
    id="quang-ninh.dam-ha",
    name="LĐLĐ huyện Đầm Hà",
    home=DAM_HA,
    site="https://damha.example",
)
EXCERPT_SOURCE = replace(
    BINH_LUC_SOURCE,
    id="bao.trich-doan",
    name="Báo Trích Đoạn",
    home=None,
    site="javascript:alert(1)",
    show="excerpt",
    rights="Chỉ trích đoạn",
)
RECORD_SOURCE = replace(EXCERPT_SOURCE, id="bao.thu-muc", name="Báo Thư Mục", site="https://tm.example", show="record")

HOSTILE_TITLE = "<script>alert(1)</script> & \"nháy kép\" 'nháy đơn'"
HIDDEN_WORD = "bí-mật-không-đăng"

Page = tuple[str, SourceRow, Article, list[str], list[str], str]


def text(title: str, *paragraphs: str, published: str | None = None, **more: Any) -> Article:
    return Article(title=title, paragraphs=list(paragraphs), published=published, **more)


def pages() -> Iterable[Page]:
    """Address, source, article, district codes, school years, time of capture; not in the order of time."""
    yield (
        "https://damha.example/hoi-nghi",
        DAM_HA_SOURCE,
        text(
            "Hội nghị đánh giá công tác phối hợp giữa LĐLĐ và Phòng GD&ĐT huyện Đầm Hà",
            "Trong năm học 2019 – 2020, các Công đoàn trường học đã bám sát kế hoạch của Công đoàn cấp trên.",
            "Phát huy kết quả, năm học 2020-2021 công đoàn cơ sở tiếp tục chăm lo đời sống nhà giáo.",
            lead="Ngày 17/9/2020, Liên đoàn Lao động và Phòng GD&ĐT huyện đã tổ chức hội nghị.",
            published="2020-09-17",
            author="Quốc Nghị",
            credit="Trung tâm TT&VH Đầm Hà",
            captions=["Các tập thể có thành tích xuất sắc", "Quang cảnh hội nghị"],
        ),
        [DAM_HA],
        ["2019-2020", "2020-2021"],
        "2020-09-20T03:00:00+00:00",
    )
    yield (
        "https://damha.example/ghi-chep",
        DAM_HA_SOURCE,
        text("đám hạ, đám hạ", *["đám hạ đám hạ đám hạ đám hạ"] * 6, published="2021-06-01T08:30:00+07:00"),
        [],
        [],
        "2021-06-02T03:00:00+00:00",
    )
    yield (
        "https://binhluc.example/tong-ket",
        BINH_LUC_SOURCE,
        text(
            "Bình Lục tổng kết năm học",
            "Công đoàn giáo dục huyện Bình Lục tổng kết năm học 2019-2020.",
            published="2020-08-25",
        ),
        [BINH_LUC],
        ["2019-2020"],
        "2020-08-26T03:00:00+00:00",
    )
    yield (
        "https://binhluc.example/khai-giang",
        BINH_LUC_SOURCE,
        text("Khai giảng ở Bình Lục", "Năm học 2021-2022 bắt đầu.", published="2021-09-05"),
        [BINH_LUC],
        ["2021-2022"],
        "2021-09-06T03:00:00+00:00",
    )
    yield (
        "https://binhluc.example/thuong-tin",
        BINH_LUC_SOURCE,
        text(
            "Đoàn Thường Tín thăm và học tập",
            "LĐLĐ huyện Thường Tín, ở xã có đầm sen, về thăm; đoàn qua Hà Nội.",
            published="2020-11-20",
        ),
        [THUONG_TIN],
        ["2020-2021"],
        "2020-11-21T03:00:00+00:00",
    )
    yield (
        "https://binhluc.example/cao-phong",
        BINH_LUC_SOURCE,
        text("Công đoàn Cao Phong", "Bản đầu: 10 tập thể được khen.", published="2022-07-01"),
        [CAO_PHONG],
        ["2021-2022"],
        "2022-07-02T03:00:00+00:00",
    )
    yield (
        "https://binhluc.example/cao-phong",
        BINH_LUC_SOURCE,
        text("Công đoàn Cao Phong được khen", "Bản sau: 12 tập thể được khen.", published="2022-07-01"),
        [CAO_PHONG],
        ["2021-2022", "2022-2023"],
        "2022-07-09T20:00:00+00:00",
    )
    yield (
        "https://binhluc.example/khong-ngay",
        BINH_LUC_SOURCE,
        text("Thông báo không ghi ngày", "Tháng Công nhân được phát động.", published=None),
        [],
        [],
        "2021-05-01T03:00:00+00:00",
    )
    yield (
        "javascript:alert(2)",
        BINH_LUC_SOURCE,
        text(
            HOSTILE_TITLE,
            "<img src=x onerror=alert(3)> nháy \x02đóng\x03 </p>",
            published="2019-03-08",
            captions=["<b>chữ</b>"],
        ),
        [],
        [],
        "2019-03-09T03:00:00+00:00",
    )
    yield (
        "https://damha.example/ket-nghia",
        DAM_HA_SOURCE,
        text(
            "Kết nghĩa giữa hai huyện",
            "Huyện Đầm Hà và huyện Bình Lục kết nghĩa trong năm học 2022-2023.",
            published="2022-10-10",
        ),
        [DAM_HA, BINH_LUC],
        ["2022-2023"],
        "2022-10-11T03:00:00+00:00",
    )
    yield (
        "https://damha.example/khong-dau",
        DAM_HA_SOURCE,
        text("Tin khong dau", "LDLD huyen Dam Ha gui tin nhan.", published="2018-01-02"),
        [DAM_HA],
        [],
        "2018-01-03T03:00:00+00:00",
    )
    yield (
        "https://bao.example/trich",
        EXCERPT_SOURCE,
        text("Bài trích đoạn", "chữ " * 200, HIDDEN_WORD, published="2017-04-05", captions=[HIDDEN_WORD]),
        [],
        [],
        "2017-04-06T03:00:00+00:00",
    )
    yield (
        "https://tm.example/muc",
        RECORD_SOURCE,
        text(
            "Bài chỉ có thư mục",
            HIDDEN_WORD,
            lead=HIDDEN_WORD,
            published="2016-04-05",
            captions=[HIDDEN_WORD],
        ),
        [],
        [],
        "2016-04-06T03:00:00+00:00",
    )


ARTICLES = 12
GONE = "https://binhluc.example/tong-ket"


def article_id(url: str) -> str:
    return base64.b32encode(hashlib.sha256(url.encode()).digest()).decode().lower()[:12]


def build(path: Path, written: Iterable[Page]) -> Path:
    """An archive.db of some pages."""
    store = Store(path)
    for capture, (url, source, article, districts, years, captured) in enumerate(written, start=1):
        version = Version(article_id(url), url, capture, captured, article, annotations(districts, years))
        with store.transaction():
            store.put(source, version)
    with store.transaction():
        store.set_gone({article_id(GONE): "2023-02-03T03:00:00+00:00"})
    store.close()
    return path


def annotations(districts: list[str], years: list[str]) -> Annotations:
    places = [district(code) for code in districts]
    if DAM_HA in districts:
        places += [NAMED_PROVINCE, NAMED_COMMUNE]
    return Annotations(places=places, school_years=[year(name, n == 0) for n, name in enumerate(years)])


def district(code: str) -> ArticlePlace:
    known = gazetteer.district(code)
    assert known is not None
    return ArticlePlace(
        code, "district", known.valid_to, known.name, known.province_code, "about", 2, False, "cue", 0, 1
    )


NAMED_PROVINCE = ArticlePlace("22", "province", "", "Quảng Ninh", "22", "mentioned", 1, False, "cue", 0, 1)
NAMED_COMMUNE = ArticlePlace("06913", "commune", "2025-06-30", "Quảng Tân", "22", "mentioned", 1, False, "cue", 0, 1)


def year(name: str, main: bool) -> ArticleYear:
    return ArticleYear(year=name, role="past", evidence="text", main=main, start=0, end=1)


class Site:
    """The served site: `get` asks it as a browser would, without a network."""

    def __init__(self, path: Path, metadata: Path = METADATA):
        self.path = path
        self.datasette = datasette(path, metadata)

    def get(self, path: str, **params: object) -> httpx.Response:
        query = f"?{httpx.QueryParams(params)}" if params else ""
        return asyncio.run(self.datasette.client.get(path + query))

    def json(self, path: str, **params: object) -> Any:
        response = self.get(path, **params)
        assert response.status_code == 200, response.text
        return response.json()

    def titles(self, **params: object) -> list[str]:
        return [result["title"] for result in self.json("/tim-kiem.json", **params)["results"]]

    def plan(self, sql: str) -> list[str]:
        """How SQLite runs a statement of the search with one filter."""
        params = {"match": '"a"', "any": '"a"', "every": False, "filters": "[[1]]"}
        params |= {"title": 0, "body": 1, "limit": 20, "offset": 0}
        with closing(sqlite3.connect(f"file:{self.path}?immutable=1", uri=True)) as db:
            return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", params)]

    def close(self) -> None:
        for database in self.datasette.databases.values():
            database.close()
        self.datasette.executor.shutdown()
