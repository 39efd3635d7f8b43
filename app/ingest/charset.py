"""The characters that the bytes of a web page stand for."""

import codecs
import re

# As browsers do, each label is read as the widest encoding that pages so labelled really use, and nothing outside of the
# WHATWG Encoding Standard is: some other codecs of Python take quadratic time on hostile input (punycode), or are no
# encodings of text. Keys are Python's own names, which `codecs.lookup` finds for any alias.
WEB_CODECS = {
    "utf-8": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "cp1252": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "euc_jp": "euc_jp",
    "iso2022_jp": "iso2022_jp",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_kr": "cp949",
    "cp949": "cp949",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "mac-roman": "mac-roman",
    "mac-cyrillic": "mac-cyrillic",
    **{name: name for name in ("cp866", "cp874", *(f"cp{n}" for n in (1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258)))},
    **{name: name for name in (f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16))},
}
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Their bytes can pass for UTF-8.
SEVEN_BIT_CODECS = frozenset({"utf-16-le", "utf-16-be", "iso2022_jp"})
META_CHARSET = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,500}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
META_REACH = 4_096  # bytes; the standard says 1,024, and real pages put it further down


def decode_page(body: bytes, declared: str | None = None) -> str:
    """The text of a page; bytes that stand for nothing become U+FFFD.

    Told by, in this order: a byte order mark; the bytes being UTF-8, which text of another encoding almost never is
    while servers often declare another one by default; `declared`, the charset of the HTTP header; the page's own meta
    element; and, as in browsers, Windows-1252.
    """
    for mark, codec in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body.removeprefix(mark).decode(codec, errors="replace")
    named = _web_codec(declared) or _web_codec(_meta_charset(body))
    if named not in SEVEN_BIT_CODECS:
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return body.decode(named or "cp1252", errors="replace")


def _meta_charset(body: bytes) -> str | None:
    found = META_CHARSET.search(body, 0, META_REACH)
    charset = found.group(1).decode("ascii", errors="replace") if found else None
    # A page whose meta element can be read byte by byte is not in UTF-16, whatever it says.
    return "utf-8" if charset and charset.lower().startswith("utf-16") else charset


def _web_codec(label: str | None) -> str | None:
    try:
        return WEB_CODECS.get(codecs.lookup(label.strip().lower().removeprefix("x-")).name) if label else None
    except (LookupError, ValueError):
        return None
