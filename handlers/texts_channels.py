"""
Every sentence about joining the channels of one person, by name.

Who has the other telephone sees and does everything, so both are named before anything is joined.
"""

from __future__ import annotations

CHANNELS = {
    "telegram": "Telegram",
    "zalo_bot": "Zalo (bot)",
    "zalo_oa": "Zalo",
    "web": "trang web",
    "terminal": "máy tính",
    "console": "máy tính",
}
"""What people call a channel."""

INTRODUCED = (
    "Bà con nhắn cho tôi ở hai nơi, ví dụ Telegram và Zalo? Nối lại thì ở đâu cũng thấy cùng nơi ở, cùng đơn. "
    "Bà con đang ở: {here}.\n\n"
    "Lấy mã ở đây rồi gõ mã bên kia. Có mã rồi thì gõ mã ngay dưới đây. "
    "Máy dùng chung với người ngoài thì đừng nối."
)
MAKE, NO = "Lấy mã nối kênh", "Không, giữ như cũ"
MADE = (
    "Mã nối kênh: {code}\nTrong 15 phút, sang kênh kia bà con gõ: /noikenh {code}\n\n"
    "Mã dùng một lần. Đừng đưa mã cho ai: ai gõ mã này sẽ xem được đơn của bà con."
)
NO_CODE = "Mã nối kênh có 6 chữ và số, ví dụ: /noikenh K7MQ4X. Chưa có mã thì gõ /noikenh."
WRONG_CODE = (
    "Mã này không dùng được: gõ nhầm, đã dùng, hoặc quá 15 phút. Bà con lấy mã mới bằng /noikenh ở kênh kia. "
    "Sai 5 lần thì phải chờ một giờ."
)
SAME_CHANNEL = "Mỗi nơi chỉ nối được một tài khoản. Mã này là của tài khoản đã có ở: {channels}."
CARD_VERSION = "2026-11-30"
CARD = (
    "Nối {theirs} (nơi lấy mã) với {here} (nơi bà con đang nhắn)?\n"
    "• Nối rồi, ai cầm máy bên này cũng xem, sửa, rút, xóa được đơn gửi từ bên kia, và ngược lại.\n"
    "• Máy dùng chung hay máy của người khác: xin đừng nối.\n"
    "• Tách ra lúc nào cũng được: gõ /tachkenh.\n\n"
    "Cả hai đều là của bà con chứ ạ?"
)
YES = "Của tôi cả hai, nối lại"
CHOOSE = "Việc này phải bà con chọn rõ, tôi không dám tự hiểu. Bà con chọn một trong hai giúp tôi."
DONE = (
    "Dạ, đã nối {theirs} với {here}. Hỏi ở đâu tôi trả lời ở đó. Tin nhắc và tin về đơn tôi gửi qua {told}; "
    "bên đó không nhận được thì tôi gửi bên còn lại. Đổi nơi nhận: gõ /noikenh. Tách ra: gõ /tachkenh."
)
TELL_JOINED = (
    "Kênh này vừa được nối với {channel}. Máy bên đó xem được đơn của bà con. "
    "Không phải bà con làm thì gõ ngay /tachkenh."
)
JOINED = "Bà con đã nối: {channels}. Tin nhắc và tin về đơn tôi gửi qua {told}. Bà con muốn đổi gì ạ?"
PREFER = "Nhận tin qua {channel}"
PREFERRED = "Dạ, từ nay tin nhắc và tin về đơn tôi gửi qua {channel}. Hỏi ở đâu tôi vẫn trả lời ở đó."
KEPT = "Dạ, tôi giữ như cũ."

SPLIT = "Tách kênh"
NOT_JOINED = "Bà con chưa nối kênh nào với kênh này. Muốn nối thì gõ /noikenh."
SPLIT_SURE = (
    "Bà con muốn tách {others} ra khỏi {here}? Đơn gửi từ bên nào thì chỉ còn xem được ở bên đó. "
    "Nơi ở và đơn viết dở ở lại đây."
)
SPLIT_ONE = "Tách {channel}"
SPLIT_DONE = "Dạ, đã tách {channel}. Bên đó không còn xem được việc của bà con ở đây."
TELL_SPLIT = "Kênh này đã được tách khỏi {channel}. Đơn gửi từ đây vẫn còn: gõ /hoso để xem."
