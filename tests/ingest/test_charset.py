"""Bytes of pages to characters."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.charset import WEB_CODECS, decode_page

META = '<meta charset="{}"><p>{}'
HTTP_EQUIV = '<META http-equiv="Content-Type" content="text/html; charset={}"><p>{}'


@pytest.mark.parametrize(
    ("body", "declared", "text"),
    [
        pytest.param(b"plain", None, "plain", id="ascii"),
        pytest.param("naïve".encode(), None, "naïve", id="utf-8 undeclared"),
        pytest.param("naïve".encode(), "iso-8859-1", "naïve", id="utf-8 though a server's default says otherwise"),
        pytest.param("naïve €".encode("cp1252"), None, "naïve €", id="windows-1252 undeclared"),
        pytest.param("naïve €".encode("cp1252"), "ISO-8859-1", "naïve €", id="latin-1 is read as windows-1252"),
        pytest.param("Привет".encode("cp1251"), "windows-1251", "Привет", id="header"),
        pytest.param("Привет".encode("koi8-r"), " KOI8-R ", "Привет", id="header in capitals and blanks"),
        pytest.param("日本語".encode("cp932"), "x-sjis", "日本語", id="x- label"),
        pytest.param("日本語".encode("iso2022_jp"), "iso-2022-jp", "日本語", id="seven-bit Japanese"),
        pytest.param("中文".encode("gb18030"), "gb2312", "中文", id="gb2312 is read as gb18030"),
        pytest.param(META.format("gbk", "中文").encode("gb18030"), None, META.format("gbk", "中文"), id="meta"),
        pytest.param(
            HTTP_EQUIV.format("cp1250", "żółć").encode("cp1250"),
            None,
            HTTP_EQUIV.format("cp1250", "żółć"),
            id="http-equiv",
        ),
        pytest.param(
            b"<?xml version='1.0' encoding='iso-8859-2'?>\xb1",
            None,
            "<?xml version='1.0' encoding='iso-8859-2'?>ą",
            id="xml",
        ),
        pytest.param(META.format("koi8-r", "я").encode("cp1251"), "cp1251", META.format("koi8-r", "я"), id="header first"),
        pytest.param(META.format("utf-16", "é").encode("cp1252"), None, META.format("utf-16", "�"), id="meta in utf-16"),
        pytest.param(codecs.BOM_UTF8 + b"a", "koi8-r", "a", id="utf-8 mark"),
        pytest.param("\ufeffaé".encode("utf-16-le"), None, "aé", id="utf-16 little-endian mark"),
        pytest.param("\ufeffaé".encode("utf-16-be"), "utf-8", "aé", id="utf-16 big-endian mark"),
        pytest.param("aé".encode("utf-16-le"), "utf-16", "aé", id="utf-16 declared"),
        pytest.param(b"a\xff", "utf-8", "a�", id="not what it says"),
        pytest.param(b"\x93a\x94", "no-such-charset", "“a”", id="unknown label"),
        pytest.param(b"\x93a\x94", "punycode", "“a”", id="a codec of Python that is no charset of the web"),
        pytest.param(b"\x93a\x94", "zip", "“a”", id="a codec that is no text encoding"),
        pytest.param(b"\x93a\x94", "\0\u0149", "“a”", id="a label that is none"),
        pytest.param(b"", None, "", id="nothing"),
    ],
)
def test_decoding(body: bytes, declared: str | None, text: str) -> None:
    assert decode_page(body, declared) == text


def test_every_codec_is_found_by_its_key() -> None:
    for key, codec in WEB_CODECS.items():
        assert codecs.lookup(key).name == key
        assert b"a".decode("ascii") == "a".encode(codec).decode(codec)


@given(
    st.binary(max_size=300) | st.text(max_size=100).map(lambda text: META.format("koi8-r", text).encode("utf-16")),
    st.none() | st.text(max_size=20) | st.sampled_from(sorted(WEB_CODECS)),
)
def test_any_bytes_are_some_text(body: bytes, declared: str | None) -> None:
    assert isinstance(decode_page(body, declared), str)
