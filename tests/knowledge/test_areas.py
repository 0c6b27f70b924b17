"""
What people type as their address, and which commune of today it is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.areas import Area, Areas, Match
from knowledge.catalogue import SEED as CATALOGUE
from knowledge.catalogue import Catalogue, Former
from knowledge.country import PACKAGE, installed, seed_of, written
from knowledge.text import fold

SEED = Catalogue.seed()
SEED_AREAS = Areas(SEED)

# One commune is meant: what was typed, the commune, what it was, the hamlet.
ONE: Sequence[tuple[str, str, str | None, str | None]] = [
    ("khóm 3 phường 10 sóc trăng", "phường Mỹ Xuyên, thành phố Cần Thơ", "phường 10, thành phố Sóc Trăng", "khóm 3"),
    ("khom 3 phuong 10 soc trang", "phường Mỹ Xuyên, thành phố Cần Thơ", "phường 10, thành phố Sóc Trăng", "khóm 3"),
    ("p10 st", "phường Mỹ Xuyên, thành phố Cần Thơ", "phường 10, thành phố Sóc Trăng", None),
    ("P.10 TP.ST", "phường Mỹ Xuyên, thành phố Cần Thơ", "phường 10, thành phố Sóc Trăng", None),
    ("p 10 tp soc trang", "phường Mỹ Xuyên, thành phố Cần Thơ", "phường 10, thành phố Sóc Trăng", None),
    ("f10 soc trang", "phường Mỹ Xuyên, thành phố Cần Thơ", "phường 10, thành phố Sóc Trăng", None),
    (
        "phường 10, thành phố Sóc Trăng, tỉnh Sóc Trăng",
        "phường Mỹ Xuyên, thành phố Cần Thơ",
        "phường 10, thành phố Sóc Trăng",
        None,
    ),
    ("khom 5, p. 4, tp. soc trang", "phường Phú Lợi, thành phố Cần Thơ", "phường 4, thành phố Sóc Trăng", "khóm 5"),
    ("p02 tp st", "phường Phú Lợi, thành phố Cần Thơ", "phường 2, thành phố Sóc Trăng", None),
    ("phường 9 thành phố sóc trăng", "phường Phú Lợi, thành phố Cần Thơ", "phường 9, thành phố Sóc Trăng", None),
    ("tt my xuyen", "phường Mỹ Xuyên, thành phố Cần Thơ", "thị trấn Mỹ Xuyên, huyện Mỹ Xuyên", None),
    (
        "thị trấn mỹ xuyên huyện mỹ xuyên",
        "phường Mỹ Xuyên, thành phố Cần Thơ",
        "thị trấn Mỹ Xuyên, huyện Mỹ Xuyên",
        None,
    ),
    ("xa dai tam", "phường Mỹ Xuyên, thành phố Cần Thơ", "xã Đại Tâm, huyện Mỹ Xuyên", None),
    (
        "xã Đại Tâm, huyện Mỹ Xuyên, Sóc Trăng",
        "phường Mỹ Xuyên, thành phố Cần Thơ",
        "xã Đại Tâm, huyện Mỹ Xuyên",
        None,
    ),
    ("ấp Tâm Phước xã đại tâm", "phường Mỹ Xuyên, thành phố Cần Thơ", "xã Đại Tâm, huyện Mỹ Xuyên", "ấp Tâm Phước"),
    ("phường mỹ xuyên cần thơ", "phường Mỹ Xuyên, thành phố Cần Thơ", None, None),
    ("phuong my xuyen can tho", "phường Mỹ Xuyên, thành phố Cần Thơ", None, None),
    ("phường phú lợi tp cần thơ", "phường Phú Lợi, thành phố Cần Thơ", None, None),
    ("phuong soc trang can tho", "phường Sóc Trăng, thành phố Cần Thơ", None, None),
    ("phường sóc trăng", "phường Sóc Trăng, thành phố Cần Thơ", None, None),
    ("p soc trang", "phường Sóc Trăng, thành phố Cần Thơ", None, None),
    (
        "tổ 5, khóm 3, p.10, tp.st",
        "phường Mỹ Xuyên, thành phố Cần Thơ",
        "phường 10, thành phố Sóc Trăng",
        "tổ 5, khóm 3",
    ),
    ("xa phu hung ben tre", "phường Phú Khương, tỉnh Vĩnh Long", "xã Phú Hưng, thành phố Bến Tre", None),
    ("ap 2 xa phu hung tp ben tre", "phường Phú Khương, tỉnh Vĩnh Long", "xã Phú Hưng, thành phố Bến Tre", "ấp 2"),
    (
        "ấp Phú Tự xã Phú Hưng thành phố Bến Tre",
        "phường Phú Khương, tỉnh Vĩnh Long",
        "xã Phú Hưng, thành phố Bến Tre",
        "ấp Phú Tự",
    ),
    (
        "xã phú hưng, tp bến tre, tỉnh bến tre",
        "phường Phú Khương, tỉnh Vĩnh Long",
        "xã Phú Hưng, thành phố Bến Tre",
        None,
    ),
    ("xa nhon thanh tp ben tre", "phường Phú Khương, tỉnh Vĩnh Long", "xã Nhơn Thạnh, thành phố Bến Tre", None),
    ("p8 tp ben tre", "phường Phú Khương, tỉnh Vĩnh Long", "phường 8, thành phố Bến Tre", None),
    ("p1 ben tre", "phường An Hội, tỉnh Vĩnh Long", "phường 1, thành phố Bến Tre", None),
    ("kp 3 p. an hoi bt", "phường An Hội, tỉnh Vĩnh Long", None, "khu phố 3"),
    ("phường Bến Tre", "phường Bến Tre, tỉnh Vĩnh Long", None, None),
    ("phuong ben tre vinh long", "phường Bến Tre, tỉnh Vĩnh Long", None, None),
    ("xa son dong ben tre", "phường Sơn Đông, tỉnh Vĩnh Long", "xã Sơn Đông, thành phố Bến Tre", None),
    ("khu phố 2 phường phú khương vĩnh long", "phường Phú Khương, tỉnh Vĩnh Long", None, "khu phố 2"),
    ("phường an hội tỉnh vĩnh long", "phường An Hội, tỉnh Vĩnh Long", None, None),
    ("xa my thanh an tp ben tre", "phường An Hội, tỉnh Vĩnh Long", "xã Mỹ Thạnh An, thành phố Bến Tre", None),
    ("tt ba tri", "xã Ba Tri, tỉnh Vĩnh Long", "thị trấn Ba Tri, huyện Ba Tri", None),
    ("thị trấn giồng trôm bến tre", "xã Giồng Trôm, tỉnh Vĩnh Long", "thị trấn Giồng Trôm, huyện Giồng Trôm", None),
    ("xã tân thành bình vĩnh long", "xã Tân Thành Bình, tỉnh Vĩnh Long", None, None),
    ("xa luong hoa giong trom", "xã Lương Hòa, tỉnh Vĩnh Long", None, None),
    ("xa thanh phong thanh phu ben tre", "xã Thạnh Phong, tỉnh Vĩnh Long", None, None),
    ("x. Phước Tuy, h. Ba Tri", "xã Tân Xuân, tỉnh Vĩnh Long", "xã Phước Ngãi, huyện Ba Tri", None),
    ("xa thoi thuan binh dai", "xã Thới Thuận, tỉnh Vĩnh Long", None, None),
    ("tt cho lach", "xã Chợ Lách, tỉnh Vĩnh Long", "thị trấn Chợ Lách, huyện Chợ Lách", None),
    ("cẩm ngọc", "xã Cẩm Thủy, tỉnh Thanh Hóa", "xã Cẩm Ngọc, huyện Cẩm Thủy", None),
    ("cam ngoc", "xã Cẩm Thủy, tỉnh Thanh Hóa", "xã Cẩm Ngọc, huyện Cẩm Thủy", None),
    ("thon 4 cam ngoc cam thuy thanh hoa", "xã Cẩm Thủy, tỉnh Thanh Hóa", "xã Cẩm Ngọc, huyện Cẩm Thủy", "thôn 4"),
    (
        "thôn 4, xã Cẩm Ngọc, huyện Cẩm Thủy, tỉnh Thanh Hóa",
        "xã Cẩm Thủy, tỉnh Thanh Hóa",
        "xã Cẩm Ngọc, huyện Cẩm Thủy",
        "thôn 4",
    ),
    ("tt phong son", "xã Cẩm Thủy, tỉnh Thanh Hóa", "thị trấn Phong Sơn, huyện Cẩm Thủy", None),
    (
        "tổ dân phố 3 thị trấn phong sơn cẩm thuỷ",
        "xã Cẩm Thủy, tỉnh Thanh Hóa",
        "thị trấn Phong Sơn, huyện Cẩm Thủy",
        "tổ dân phố 3",
    ),
    ("xa cam son cam thuy", "xã Cẩm Thủy, tỉnh Thanh Hóa", "thị trấn Phong Sơn, huyện Cẩm Thủy", None),
    ("xã cẩm châu", "xã Cẩm Vân, tỉnh Thanh Hóa", "xã Cẩm Châu, huyện Cẩm Thủy", None),
    ("bản Sun xã cẩm liên huyện cẩm thủy", "xã Cẩm Thạch, tỉnh Thanh Hóa", "xã Cẩm Liên, huyện Cẩm Thủy", "bản Sun"),
    ("xã cẩm thủy", "xã Cẩm Thủy, tỉnh Thanh Hóa", None, None),
    ("xa cam thuy tinh thanh hoa", "xã Cẩm Thủy, tỉnh Thanh Hóa", None, None),
    ("x cam thach", "xã Cẩm Thạch, tỉnh Thanh Hóa", None, None),
    ("cẩm lương, cẩm thủy, thanh hóa", "xã Cẩm Tú, tỉnh Thanh Hóa", "xã Cẩm Lương, huyện Cẩm Thủy", None),
    ("xã phúc do", "xã Cẩm Tân, tỉnh Thanh Hóa", "xã Cẩm Tân, huyện Cẩm Thủy", None),
    ("xa cam yen ct", "xã Cẩm Vân, tỉnh Thanh Hóa", "xã Cẩm Yên, huyện Cẩm Thủy", None),
    ("xã Cẩm Vân tỉnh Thanh Hoá", "xã Cẩm Vân, tỉnh Thanh Hóa", None, None),
    ("xa cam binh, cam thuy", "xã Cẩm Thạch, tỉnh Thanh Hóa", "xã Cẩm Bình, huyện Cẩm Thủy", None),
    ("camngoc", "xã Cẩm Thủy, tỉnh Thanh Hóa", "xã Cẩm Ngọc, huyện Cẩm Thủy", None),
    ("xacamngoc", "xã Cẩm Thủy, tỉnh Thanh Hóa", "xã Cẩm Ngọc, huyện Cẩm Thủy", None),
    ("cẩm giang cẩm thủy", "xã Cẩm Tú, tỉnh Thanh Hóa", "xã Cẩm Giang, huyện Cẩm Thủy", None),
    ("xa cam long huyen cam thuy th", "xã Cẩm Tân, tỉnh Thanh Hóa", "xã Cẩm Long, huyện Cẩm Thủy", None),
    ("phuong trang bom", "phường Trảng Bom, thành phố Đồng Nai", None, None),
    ("phường trảng bom đồng nai", "phường Trảng Bom, thành phố Đồng Nai", None, None),
    ("xã trảng bom", "phường Trảng Bom, thành phố Đồng Nai", "xã Trảng Bom, tỉnh Đồng Nai", None),
    ("tt trang bom", "phường Trảng Bom, thành phố Đồng Nai", "thị trấn Trảng Bom, huyện Trảng Bom", None),
    (
        "thị trấn Trảng Bom huyện Trảng Bom",
        "phường Trảng Bom, thành phố Đồng Nai",
        "thị trấn Trảng Bom, huyện Trảng Bom",
        None,
    ),
    ("xa doi 61", "xã An Viễn, thành phố Đồng Nai", "xã Đồi 61, huyện Trảng Bom", None),
    ("ap tan binh xa binh minh trang bom", "xã Bình Minh, thành phố Đồng Nai", None, "ấp Tan Binh"),
    ("xã thanh bình huyện trảng bom", "xã Bàu Hàm, thành phố Đồng Nai", "xã Thanh Bình, huyện Trảng Bom", None),
    (
        "p tan mai bien hoa dong nai",
        "phường Tam Hiệp, thành phố Đồng Nai",
        "phường Tân Mai, thành phố Biên Hòa",
        None,
    ),
    (
        "phuong xuan an long khanh",
        "phường Long Khánh, thành phố Đồng Nai",
        "phường Xuân An, thành phố Long Khánh",
        None,
    ),
    ("xã bảo quang tp long khánh", "phường Bảo Vinh, thành phố Đồng Nai", "xã Bảo Quang, thành phố Long Khánh", None),
    ("phường long khánh", "phường Long Khánh, thành phố Đồng Nai", None, None),
    ("xa gia tan 2 huyen thong nhat", "xã Thống Nhất, thành phố Đồng Nai", "xã Gia Tân 2, huyện Thống Nhất", None),
    ("gia tan iii thong nhat", "xã Gia Kiệm, thành phố Đồng Nai", "xã Gia Tân 3, huyện Thống Nhất", None),
    ("tt dau giay", "phường Dầu Giây, thành phố Đồng Nai", "thị trấn Dầu Giây, huyện Thống Nhất", None),
    ("phường dầu giây thành phố đồng nai", "phường Dầu Giây, thành phố Đồng Nai", None, None),
    ("tt vinh an vinh cuu dong nai", "phường Trị An, thành phố Đồng Nai", "thị trấn Vĩnh An, huyện Vĩnh Cửu", None),
    ("xa hieu liem vinh cuu", "phường Trị An, thành phố Đồng Nai", "xã Trị An, huyện Vĩnh Cửu", None),
    ("phuong long thanh dong nai", "phường Long Thành, thành phố Đồng Nai", None, None),
    ("xã long thành", "phường Long Thành, thành phố Đồng Nai", "xã Long Thành, tỉnh Đồng Nai", None),
    ("xa an phuoc long thanh", "xã An Phước, thành phố Đồng Nai", None, None),
    ("xã phú hội huyện nhơn trạch", "phường Nhơn Trạch, thành phố Đồng Nai", "xã Phú Hội, huyện Nhơn Trạch", None),
    ("tt dinh quan", "xã Định Quán, thành phố Đồng Nai", "thị trấn Định Quán, huyện Định Quán", None),
    ("xa la nga dinh quan", "xã La Ngà, thành phố Đồng Nai", None, None),
    ("xa nam cat tien", "xã Nam Cát Tiên, thành phố Đồng Nai", None, None),
    ("xã lang minh xuân lộc", "xã Xuân Phú, thành phố Đồng Nai", "xã Lang Minh, huyện Xuân Lộc", None),
    ("thi tran gia ray", "phường Xuân Lộc, thành phố Đồng Nai", "thị trấn Gia Ray, huyện Xuân Lộc", None),
    ("xa song ray cam my", "xã Sông Ray, thành phố Đồng Nai", None, None),
    ("xa lo 25", "phường Dầu Giây, thành phố Đồng Nai", "xã Lộ 25, huyện Thống Nhất", None),
    (
        "khu phố 4 phường tân hiệp biên hòa",
        "phường Tam Hiệp, thành phố Đồng Nai",
        "phường Tân Hiệp, thành phố Biên Hòa",
        "khu phố 4",
    ),
    ("phuong vinh yen", "phường Vĩnh Yên, tỉnh Phú Thọ", None, None),
    ("phường tích sơn vĩnh yên", "phường Vĩnh Yên, tỉnh Phú Thọ", "phường Tích Sơn, thành phố Vĩnh Yên", None),
    (
        "phuong khai quang tp vinh yen",
        "phường Vĩnh Phúc, tỉnh Phú Thọ",
        "phường Khai Quang, thành phố Vĩnh Yên",
        None,
    ),
    ("p. vinh phuc", "phường Vĩnh Phúc, tỉnh Phú Thọ", None, None),
    ("xã ngọc thanh phúc yên", "phường Xuân Hòa, tỉnh Phú Thọ", "xã Ngọc Thanh, thành phố Phúc Yên", None),
    ("phuong trung trac phuc yen", "phường Phúc Yên, tỉnh Phú Thọ", "phường Hai Bà Trưng, thành phố Phúc Yên", None),
    ("tt tam dao", "xã Tam Đảo, tỉnh Phú Thọ", "thị trấn Tam Đảo, huyện Tam Đảo", None),
    ("xa ho son tam dao", "xã Tam Đảo, tỉnh Phú Thọ", "xã Hồ Sơn, huyện Tam Đảo", None),
    ("xa dai dinh tam dao vinh phuc", "xã Đại Đình, tỉnh Phú Thọ", None, None),
    ("khu 3 thị trấn tam đảo", "xã Tam Đảo, tỉnh Phú Thọ", "thị trấn Tam Đảo, huyện Tam Đảo", "khu 3"),
    ("tt huong canh", "xã Bình Nguyên, tỉnh Phú Thọ", "thị trấn Hương Canh, huyện Bình Xuyên", None),
    (
        "thị trấn hương canh, huyện bình xuyên",
        "xã Bình Nguyên, tỉnh Phú Thọ",
        "thị trấn Hương Canh, huyện Bình Xuyên",
        None,
    ),
    ("xã ba hiến", "xã Bình Tuyền, tỉnh Phú Thọ", "thị trấn Bá Hiến, huyện Bình Xuyên", None),
    ("thon dong xa dong cuong yen lac", "xã Yên Lạc, tỉnh Phú Thọ", "xã Đồng Cương, huyện Yên Lạc", "thôn Dong"),
    ("xã nghĩa hưng vĩnh tường", "xã Vĩnh Hưng, tỉnh Phú Thọ", "xã Nghĩa Hưng, huyện Vĩnh Tường", None),
    ("tt tho tang", "xã Thổ Tang, tỉnh Phú Thọ", "thị trấn Thổ Tang, huyện Vĩnh Tường", None),
    ("xa dai dong huyen vinh tuong", "xã Vĩnh Hưng, tỉnh Phú Thọ", "xã Đại Đồng, huyện Vĩnh Tường", None),
    ("xã quang sơn lập thạch", "xã Hợp Lý, tỉnh Phú Thọ", "xã Quang Sơn, huyện Lập Thạch", None),
    ("xã tam sơn", "xã Tam Sơn, tỉnh Phú Thọ", None, None),
    ("xa nhao son song lo", "xã Tam Sơn, tỉnh Phú Thọ", "thị trấn Tam Sơn, huyện Sông Lô", None),
    (
        "thôn Vinh Quang xã tử du lập thạch",
        "xã Lập Thạch, tỉnh Phú Thọ",
        "xã Tử Du, huyện Lập Thạch",
        "thôn Vinh Quang",
    ),
    ("xã tam dương", "xã Tam Dương, tỉnh Phú Thọ", None, None),
    ("tt hop hoa tam duong", "xã Tam Dương, tỉnh Phú Thọ", "thị trấn Hợp Hòa, huyện Tam Dương", None),
    ("tdp 2 tt vinh tuong", "xã Vĩnh Tường, tỉnh Phú Thọ", "thị trấn Vĩnh Tường, huyện Vĩnh Tường", "tổ dân phố 2"),
    ("xã lũng hoà vĩnh tường", "xã Vĩnh Thành, tỉnh Phú Thọ", "xã Lũng Hòa, huyện Vĩnh Tường", None),
    ("xa phu hugn ben tee", "phường Phú Khương, tỉnh Vĩnh Long", "xã Phú Hưng, thành phố Bến Tre", None),
    ("cam ngok", "xã Cẩm Thủy, tỉnh Thanh Hóa", "xã Cẩm Ngọc, huyện Cẩm Thủy", None),
    ("xã cẩm ngoc", "xã Cẩm Thủy, tỉnh Thanh Hóa", "xã Cẩm Ngọc, huyện Cẩm Thủy", None),
    ("phuog 10 soc trang", "phường Mỹ Xuyên, thành phố Cần Thơ", "phường 10, thành phố Sóc Trăng", None),
    ("phuong 10 soc chang", "phường Mỹ Xuyên, thành phố Cần Thơ", "phường 10, thành phố Sóc Trăng", None),
    ("xa phu hungg ben tre", "phường Phú Khương, tỉnh Vĩnh Long", "xã Phú Hưng, thành phố Bến Tre", None),
    ("tt phong xon", "xã Cẩm Thủy, tỉnh Thanh Hóa", "thị trấn Phong Sơn, huyện Cẩm Thủy", None),
    ("xa dai tâm mỹ xuyen", "phường Mỹ Xuyên, thành phố Cần Thơ", "xã Đại Tâm, huyện Mỹ Xuyên", None),
    ("xã cẩm lưong", "xã Cẩm Tú, tỉnh Thanh Hóa", "xã Cẩm Lương, huyện Cẩm Thủy", None),
    ("hoà tú ii", "xã Hòa Tú, thành phố Cần Thơ", "xã Hòa Tú 2, huyện Mỹ Xuyên", None),
    ("tt ke sach", "xã Kế Sách, thành phố Cần Thơ", "thị trấn Kế Sách, huyện Kế Sách", None),
    ("xã an thạnh 3 cù lao dung", "xã Cù Lao Dung, thành phố Cần Thơ", "xã An Thạnh 3, huyện Cù Lao Dung", None),
    ("phuong khanh hoa vinh chau", "phường Khánh Hòa, thành phố Cần Thơ", None, None),
    ("phường 2 ngã năm", "phường Ngã Năm, thành phố Cần Thơ", "phường 2, thị xã Ngã Năm", None),
    ("xã gia hòa 2", "xã Gia Hòa, thành phố Cần Thơ", "xã Gia Hòa 2, huyện Mỹ Xuyên", None),
    ("xa thanh quoi my xuyen", "xã Gia Hòa, thành phố Cần Thơ", "xã Thạnh Quới, huyện Mỹ Xuyên", None),
    ("xa phu tan chau thanh soc trang", "xã Thuận Hòa, thành phố Cần Thơ", "xã Phú Tân, huyện Châu Thành", None),
    ("xã phú hữu long phú sóc trăng", "xã Trường Khánh, thành phố Cần Thơ", "xã Phú Hữu, huyện Long Phú", None),
    ("dạ em ở xã cẩm ngọc ạ", "xã Cẩm Thủy, tỉnh Thanh Hóa", "xã Cẩm Ngọc, huyện Cẩm Thủy", None),
    (
        "nhà tôi ở ấp 2, xã phú hưng, tp bến tre, có 4 người đang ở",
        "phường Phú Khương, tỉnh Vĩnh Long",
        "xã Phú Hưng, thành phố Bến Tre",
        "ấp 2",
    ),
    (
        "dia chi: so 12 duong le loi p3 tp soc trang",
        "phường Phú Lợi, thành phố Cần Thơ",
        "phường 3, thành phố Sóc Trăng",
        None,
    ),
    (
        "toi o xa cam chau huyen cam thuy tinh thanh hoa a",
        "xã Cẩm Vân, tỉnh Thanh Hóa",
        "xã Cẩm Châu, huyện Cẩm Thủy",
        None,
    ),
    ("bến tre, xã phú hưng", "phường Phú Khương, tỉnh Vĩnh Long", "xã Phú Hưng, thành phố Bến Tre", None),
    ("ấp 5A xã thới thuận", "xã Thới Thuận, tỉnh Vĩnh Long", None, "ấp 5A"),
    (
        "TỔ 4 KHU PHỐ 2 PHƯỜNG 8 TP BẾN TRE",
        "phường Phú Khương, tỉnh Vĩnh Long",
        "phường 8, thành phố Bến Tre",
        "tổ 4, khu phố 2",
    ),
    ("xã phú hưng (tp bến tre cũ)", "phường Phú Khương, tỉnh Vĩnh Long", "xã Phú Hưng, thành phố Bến Tre", None),
]

# Nothing is answered: the bot asks.
NONE = [
    "",
    "   ",
    "10",
    "st",
    "bt",
    "xã",
    "phường",
    "thị trấn",
    "xã phường",
    "ấp 2",
    "khóm 3",
    "bến tre",
    "ben tre",
    "tỉnh Bến Tre",
    "sóc trăng",
    "soc trang",
    "soctrang",
    "vĩnh phúc",
    "vinh phuc",
    "tinh vinh phuc",
    "đồng nai",
    "tp dong nai",
    "cần thơ",
    "vinh long",
    "thanh hoa",
    "hà nội",
    "soc trang, ben tre",
    "ấp Phú Hưng bến tre",
    "cẩm ngọc hà nội",
    "xã cẩm ngọc tỉnh bến tre",
    "xa phu hung dong nai",
    "xã phú hưng, tp.hcm",
    "p10 vung tau",
    "phường 10, Vũng Tàu",
    "p10 vp",
    "phường 11 sóc trăng",
    "tôi ở xã tân phú huyện châu phú tỉnh an giang",
    "xã tân phú huyện châu phú",
    "xã xyz bến tre",
    "phuong vinh yên vĩnh phú",
    "không biết",
    "em hong biet nua",
    "mai em gui",
    "vâng đúng rồi",
    "vâng ạ",
    "xin lỗi",
    "tôi là nông dân",
    "thường xuyên",
    "chào cô chú",
    "năm nay nhà tôi chưa có gì",
    "ok",
    "tôi không biết phải ghi thế nào",
    "bạn ơi giúp tôi với",
    "0901234567",
]

# The person must choose: what was typed, and the names of all candidates, the best first.
SEVERAL = [
    ("cẩm thủy", ["xã Cẩm Thủy", "xã Cẩm Thạch", "xã Cẩm Tú", "xã Cẩm Vân", "xã Cẩm Tân"]),
    ("huyen cam thuy", ["xã Cẩm Thủy", "xã Cẩm Thạch", "xã Cẩm Tú", "xã Cẩm Vân", "xã Cẩm Tân"]),
    ("cam thuy thanh hoa", ["xã Cẩm Thủy", "xã Cẩm Thạch", "xã Cẩm Tú", "xã Cẩm Vân", "xã Cẩm Tân"]),
    ("vinh yen", ["phường Vĩnh Yên", "phường Vĩnh Phúc"]),
    ("tp soc trang", ["phường Sóc Trăng", "phường Phú Lợi", "phường Mỹ Xuyên"]),
    (
        "thành phố bến tre",
        ["phường Phú Khương", "phường Phú Tân", "phường Sơn Đông", "phường An Hội", "phường Bến Tre"],
    ),
    (
        "long khanh dong nai",
        ["phường Long Khánh", "phường Bình Lộc", "phường Bảo Vinh", "phường Xuân Lập", "phường Hàng Gòn"],
    ),
    ("khu 3 tam dao vinh phuc", ["xã Tam Đảo", "xã Đạo Trù", "xã Đại Đình", "xã Tam Dương Bắc"]),
    ("trang bom", ["phường Trảng Bom", "xã Bàu Hàm", "xã Hưng Thịnh", "xã Bình Minh", "phường Hố Nai", "xã An Viễn"]),
    (
        "p 10 tp ben tre",
        ["phường Phú Khương", "phường Phú Tân", "phường Sơn Đông", "phường An Hội", "phường Bến Tre"],
    ),
    ("xa abc huyen tam dao", ["xã Tam Đảo", "xã Đạo Trù", "xã Đại Đình", "xã Tam Dương Bắc"]),
    ("ấp 1 xã xuân tâm, xuân lộc", ["xã Xuân Đông", "xã Xuân Hòa"]),
    ("tt tan phu dong nai", ["phường Đồng Phú", "phường Tân Phú"]),
    ("phường hố nai, biên hòa", ["phường Hố Nai", "phường Long Bình"]),
    ("phường tân phú đồng nai", ["phường Tân Phú", "phường Bình Phước"]),
    ("xã cẩm sơn", ["xã Hương Mỹ", "xã Cẩm Thủy"]),
    ("p1", ["phường An Hội", "phường Phú Lợi", "phường Ngã Năm", "phường Vĩnh Châu"]),
    ("phu tan", ["phường Phú Tân", "xã Phú Vinh", "xã Thuận Hòa"]),
]


def one(text: str, near: str | None = None) -> Match:
    [match] = SEED_AREAS.find(text, near)
    return match


def names(text: str, near: str | None = None) -> list[str]:
    return [match.area.name for match in SEED_AREAS.find(text, near)]


@pytest.mark.parametrize(("typed", "area", "was", "hamlet"), ONE)
def test_an_address_is_one_commune_of_today(typed: str, area: str, was: str | None, hamlet: str | None) -> None:
    match = one(typed)

    assert (match.area.full, match.was, match.hamlet) == (area, was, hamlet)


@pytest.mark.parametrize("typed", NONE)
def test_nothing_is_guessed(typed: str) -> None:
    assert SEED_AREAS.find(typed) == ()


@pytest.mark.parametrize(("typed", "expected"), SEVERAL)
def test_the_person_chooses_where_a_name_is_not_enough(typed: str, expected: list[str]) -> None:
    assert names(typed) == expected


def test_a_bare_name_of_a_district_shows_what_was_understood_for_all_but_its_namesake() -> None:
    was = [match.was for match in SEED_AREAS.find("vĩnh yên")]

    assert was == [None, "thành phố Vĩnh Yên, tỉnh Vĩnh Phúc"]


def test_the_parts_of_a_split_commune_all_show_the_old_name() -> None:
    assert {match.was for match in SEED_AREAS.find("xuân tâm")} == {"xã Xuân Tâm, huyện Xuân Lộc"}


def test_a_known_place_narrows_several_candidates() -> None:
    assert names("p1", near="soc-trang") == ["phường Phú Lợi"]
    assert names("p1", near="86") == ["phường An Hội"]
    assert names("xã cẩm sơn", near="cam-thuy") == ["xã Cẩm Thủy"]


def test_a_known_place_never_overrides_what_was_typed() -> None:
    assert names("cẩm ngọc", near="soc-trang") == ["xã Cẩm Thủy"]
    assert names("p1 bến tre", near="soc-trang") == ["phường An Hội"]
    assert names("bến tre", near="ben-tre") == []


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("phường 10 sóc trăng", "soc-trang"),
        ("xã đại tâm", "soc-trang"),
        ("kế sách, sóc trăng", None),
        ("xã phú hưng bến tre", "ben-tre"),
        ("xã ba tri", "ben-tre"),
        ("xã cẩm vân", "cam-thuy"),
        ("phường trảng bom", "dong-nai"),
        ("phường bình phước", None),
        ("phường vĩnh yên", "vinh-phuc"),
    ],
)
def test_the_plan_place_of_a_commune_is_known(typed: str, slug: str | None) -> None:
    assert SEED_AREAS.find(typed)[0].plan_place == slug


HOSTILE = {
    "ten thousand letters": "a" * 10_000,
    "ten thousand names": "phường 10 sóc trăng, " * 500,
    "no blanks": "xaphuhungbentre" * 700,
    "emoji": "🏠🙏👨‍👩‍👧 " * 1_000,
    "marks": "\u0301" * 10_000,
    "zero-width": "\u200b" * 10_000,
    "bidi": "\u202e" * 5_000 + "xã phú hưng",
    "digits": "9" * 10_000,
    "kinds": "xã phường tt tp " * 600,
    "hamlets": "ấp thôn khóm tổ " * 600,
    "commas": "," * 10_000,
    "other scripts": "ភូមិ村деревня" * 700,
    "control": "\x00\x07\x1b[31m" * 1_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_and_shows_nothing_but_names(text: str) -> None:
    found = SEED_AREAS.find(text)

    assert all(match.hamlet is None or len(match.hamlet) < 240 for match in found)


@pytest.mark.parametrize(
    "typed",
    [
        "kho\u0301m 3 phươ\u0300ng 10 so\u0301c trăng",
        "khóm\u200b 3 phường\u200d 10 \u202esóc trăng\u202c",
        "🏠 khóm 3, phường 10 — sóc trăng 🙏🙏",
        "khóm 3\nphường 10\nsóc trăng",
        "khóm 3 / phường 10 / sóc trăng",
        "«khóm 3» *phường 10* _sóc trăng_!!!",
    ],
)
def test_what_stands_around_the_words_changes_nothing(typed: str) -> None:
    match = one(typed)

    assert match.area.code == "31684"
    assert match.hamlet == "khóm 3"


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered_with_known_communes_each_once(text: str) -> None:
    codes = [match.area.code for match in SEED_AREAS.find(text)]

    assert len(codes) == len(set(codes))
    assert all(SEED_AREAS.by_code(code) for code in codes)


@given(st.sampled_from(SEED.areas), st.sampled_from(["", ", ", "xã cũ là: ", "dạ em ở "]))
@settings(max_examples=300, deadline=None)
def test_each_commune_of_today_is_found_by_its_own_name(area: Area, before: str) -> None:
    first = SEED_AREAS.find(area.full)[0]

    assert (first.area, first.was, first.hamlet) == (area, None, None)
    assert area in [match.area for match in SEED_AREAS.find(before + fold(area.full))]


@given(st.sampled_from(SEED.former), st.booleans())
@settings(max_examples=600, deadline=None)
def test_each_old_unit_is_found_by_its_own_name_with_all_its_parts(old: Former, bare: bool) -> None:
    full = ", ".join(part for part in (old.name, old.district, old.province) if part)
    found = SEED_AREAS.find(fold(full).replace(",", "") if bare else full)

    assert set(old.codes) <= {match.area.code for match in found}
    assert all(match.was or fold(match.area.name) == fold(old.name) for match in found)


def test_one_letter_too_many_is_forgiven_in_a_long_name_with_its_district() -> None:
    for old in SEED.former:
        if len(old.name) > 12 and old.district and old.name[-1].isalpha():
            for at in range(len(old.name) - 4, len(old.name) + 1):
                typed = f"{old.name[:at]}w{old.name[at:]}, {old.district}, {old.province}"

                assert set(old.codes) <= {match.area.code for match in SEED_AREAS.find(typed)}, typed


# Units


def test_a_commune_is_known_by_its_code() -> None:
    area = SEED_AREAS.by_code("31684")

    assert area == Area("31684", "phường Mỹ Xuyên", "92", "thành phố Cần Thơ")
    assert area.full == "phường Mỹ Xuyên, thành phố Cần Thơ"
    assert SEED_AREAS.by_code("92") is None


def test_a_province_is_known_by_its_code() -> None:
    assert SEED_AREAS.province("75") == "thành phố Đồng Nai"
    assert SEED_AREAS.province("31684") is None


def test_a_province_covers_its_communes_and_each_unit_itself() -> None:
    assert SEED_AREAS.covers("92", "31684")
    assert SEED_AREAS.covers("31684", "31684")
    assert SEED_AREAS.covers("92", "92")
    assert not SEED_AREAS.covers("86", "31684")
    assert not SEED_AREAS.covers("31684", "92")
    assert not SEED_AREAS.covers("31507", "31684")


def test_dong_nai_has_all_its_communes_of_2026() -> None:
    kinds = Counter(area.name.split()[0] for area in SEED_AREAS.communes("75"))

    assert kinds == {"phường": 33, "xã": 62}


def test_communes_are_listed_by_name() -> None:
    listed = [area.name for area in SEED_AREAS.communes("38")]

    assert listed == ["xã Cẩm Tân", "xã Cẩm Thạch", "xã Cẩm Thủy", "xã Cẩm Tú", "xã Cẩm Vân"]
    assert SEED_AREAS.communes("00") == ()


def test_there_are_25_provinces_and_9_cities() -> None:
    assert Counter(name.split()[0] for name in SEED.provinces.values()) == {"tỉnh": 25, "thành": 9}
    assert len(SEED.merged) == 63


@pytest.mark.parametrize(
    ("today", "before"),
    [
        ("31510", {"phường 1", "phường 2", "phường 3", "phường 4", "phường 9"}),
        ("31507", {"phường 5", "phường 6", "phường 7", "phường 8"}),
        ("31684", {"phường 10", "thị trấn Mỹ Xuyên", "xã Đại Tâm"}),
        ("28756", {"phường 8", "phường Phú Khương", "xã Phú Hưng", "xã Nhơn Thạnh"}),
        ("26248", {"thị trấn Trảng Bom", "xã Quảng Tiến", "xã Sông Trầu", "xã Giang Điền", "xã Trảng Bom"}),
    ],
)
def test_the_seed_says_what_the_resolutions_say(today: str, before: set[str]) -> None:
    """
    1668/NQ-UBTVQH15, 1687/NQ-UBTVQH15, 1662/NQ-UBTVQH15 with 237/NQ-UBTVQH16.
    """
    assert {old.name for old in SEED.former if today in old.codes} == before


def test_namesakes_in_one_province_are_told_apart() -> None:
    became = {old.province: old.codes for old in SEED.former if old.full == "xã Phú Tân, huyện Châu Thành"}
    became |= {old.province: old.codes for old in SEED.former if old.full == "xã Hòa Lộc, huyện Mỏ Cày Bắc"}

    assert became == {"tỉnh Sóc Trăng": ("31582",), "tỉnh Bến Tre": ("28921",)}


def test_each_old_unit_leads_to_communes_that_are_there() -> None:
    codes = {area.code for area in SEED.areas}

    assert all(old.codes and codes.issuperset(old.codes) for old in SEED.former)


# The whole country


def package(folder: Path) -> None:
    """
    A package like the real one, with a province that two made, and what needs correcting.
    """
    tables: dict[str, Any] = {
        "parser_from_2025": {
            "DICT_PROVINCE": {"tinhdongnai": {"province": "Tỉnh Đồng Nai", "provinceCode": "75"}},
            "DICT_PROVINCE_WARD_NO_ACCENTED": {
                "tinhdongnai": {
                    "xatrangbom": {"ward": "Xã Trảng Bom", "wardCode": "26248"},
                    "xahai": {"ward": "Xã Hải", "wardCode": "2"},
                    "xason": {"ward": "Xã Sơn", "wardCode": "3"},
                }
            },
            "DICT_PROVINCE_WARD_ACCENTED": {"tinhdongnai": {"xãdảo": {"ward": "Đặc khu Đảo", "wardCode": "4"}}},
        },
        "parser_legacy": {
            "DICT_PROVINCE": {
                "tinhdongnai": {"province": "Tỉnh Đồng Nai"},
                "tinhbinhphuoc": {"province": "Tỉnh Bình Phước"},
            },
            "DICT_PROVINCE_DISTRICT": {
                "tinhdongnai": {"huyena": {"district": "Huyện A"}, "huyendao": {"district": "Huyện Đảo"}},
                "tinhbinhphuoc": {"huyenb": {"district": "Huyện B"}},
            },
            "DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED": {
                "tinhdongnai": {
                    "huyena": {
                        "xatantien": {"ward": "Xã Tân Tiến", "wardKeywords": ["xatantien", "tantien"]},
                        "phuong1": {
                            "ward": "Phường 1",
                            "wardKeywords": ["phuong1", "p1", "phuong09", "xacamson", "camson", "xaphuongg", "xaxa"],
                        },
                    },
                    "huyendao": {"NaN": {"ward": None, "wardKeywords": []}},
                },
                "tinhbinhphuoc": {
                    "huyenb": {"xatantien": {"ward": "Xã Tân Tiến", "wardKeywords": ["xatantien", "tantien"]}}
                },
            },
            "DICT_PROVINCE_DISTRICT_WARD_ACCENTED": {},
        },
        "converter_2025": {
            "DICT_PROVINCE": {"tinhdongnai": ["tinhdongnai", "tinhbinhphuoc"]},
            "DICT_PROVINCE_WARD_NO_DIVIDED": {
                "tinhdongnai": {"xatrangbom": ["tinhdongnai_huyena_phuong1"], "xãdảo": ["tinhdongnai_huyendao_"]}
            },
            "DICT_PROVINCE_WARD_DIVIDED": {
                "tinhdongnai": {
                    "tinhdongnai_huyena_xatantien": parts(nearest="xahai"),
                    "tinhbinhphuoc_huyenb_xatantien": parts(nearest="xason"),
                }
            },
        },
    }
    data = folder / PACKAGE / "data"
    data.mkdir(parents=True)
    (data.parent / "__init__.py").write_text("raise ImportError('never imported')")
    for name, table in tables.items():
        (data / f"{name}.json").write_text(json.dumps(table), "utf-8")


def parts(nearest: str) -> list[dict[str, Any]]:
    return [{"newWardKey": key, "isDefaultNewWard": key == nearest} for key in ("xahai", "xason")]


@pytest.fixture
def country(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Areas:
    package(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return Areas.load()


def found(areas: Areas, text: str) -> list[tuple[str, str | None]]:
    return [(match.area.full, match.was) for match in areas.find(text)]


def test_the_package_is_read_without_being_run_and_corrected_for_2026(country: Areas) -> None:
    assert found(country, "phường trảng bom") == [("phường Trảng Bom, thành phố Đồng Nai", None)]
    assert found(country, "xa trang bom") == [("phường Trảng Bom, thành phố Đồng Nai", "xã Trảng Bom, tỉnh Đồng Nai")]


def test_namesakes_that_the_package_takes_for_split_are_told_apart(country: Areas) -> None:
    assert found(country, "xã tân tiến huyện a") == [("xã Hải, thành phố Đồng Nai", "xã Tân Tiến, huyện A")]
    assert found(country, "xã tân tiến bình phước") == [("xã Sơn, thành phố Đồng Nai", "xã Tân Tiến, huyện B")]
    assert len(found(country, "xã tân tiến")) == 2


def test_units_that_had_been_merged_earlier_are_found_and_misspellings_are_no_units(country: Areas) -> None:
    assert found(country, "xã cẩm sơn") == [("phường Trảng Bom, thành phố Đồng Nai", "phường 1, huyện A")]
    assert found(country, "phường 9") == [("phường Trảng Bom, thành phố Đồng Nai", "phường 9, huyện A")]
    assert found(country, "xã xa") == []


def test_an_island_district_without_communes_is_shown_as_the_district(country: Areas) -> None:
    assert found(country, "đặc khu đảo") == [("đặc khu Đảo, thành phố Đồng Nai", None)]
    assert found(country, "đảo") == [("đặc khu Đảo, thành phố Đồng Nai", "huyện Đảo, tỉnh Đồng Nai")]


def test_without_the_package_the_seed_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    assert Areas.load().find("p10 st") == SEED_AREAS.find("p10 st")


@pytest.fixture(scope="module")
def whole() -> Catalogue:
    catalogue = installed()
    if catalogue is None:
        pytest.skip("pip install --no-deps -r requirements-areas.txt to test with the whole country")
    return catalogue


def test_the_seed_is_what_the_package_gives(whole: Catalogue) -> None:
    assert written(seed_of(whole)) == CATALOGUE.read_text("utf-8")


def test_the_whole_country_has_all_units_of_2026(whole: Catalogue) -> None:
    kinds = Counter(area.name.split()[0] for area in whole.areas)

    assert kinds == {"xã": 2599, "phường": 709, "đặc": 13}
    assert len(whole.former) > 10_000


def test_in_the_whole_country_the_same_addresses_are_understood_or_asked_about(whole: Catalogue) -> None:
    areas = Areas(whole)

    for typed, area, was, _ in ONE:
        assert (area, was) in found(areas, typed), typed
    for typed in ("ben tre", "sóc trăng", "vinh phuc", "hà nội", "huế", "an giang"):
        assert areas.find(typed) == ()
