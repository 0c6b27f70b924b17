"""
Every sentence that the bot says of its own accord, by name. Answers from plans are built in `knowledge.answer`.

Kind, short, plain Vietnamese; one idea a message. "Bà con" is the household, "cô chú, anh chị" anybody.
"""

from __future__ import annotations

GREETING = (
    "Xin chào bà con! Tôi là Chung Tay, trợ lý tự động của phong trào “Vì người nghèo – Không để ai bị bỏ lại phía "
    "sau”. Tôi không phải cán bộ.\n\n"
    "Bà con hỏi bằng lời của mình, không cần gõ dấu. Tôi đọc đúng từng chữ của kế hoạch và nói rõ ở mục nào.\n\n"
    "Bà con muốn xem gì trước?"
)
MENU = "Bà con muốn hỏi về việc gì?"
MENU_CRITERIA = "Hộ nghèo cần đạt gì để được khen?"
MENU_AWARDS = "Có những hình thức khen nào?"
MENU_DEADLINES = "Khi nào báo cáo, sơ kết, tổng kết?"
MENU_DUTIES = "Ai lo việc gì?"
MENU_REGISTER = "Đăng ký thoát nghèo"

ASK_PLACE = "Bà con ở đâu để tôi tìm đúng kế hoạch? (Có thể bỏ qua.)"
SKIP = "Bỏ qua"
PLACE_KEPT = "Dạ, tôi nhớ rồi: {place}. Muốn đổi nơi khác, bà con gõ /noio."
PLACE_IS = "Tôi đang nhớ nơi ở của bà con: {place}. Muốn đổi nơi khác, bà con gõ /noio."
PLACE_SKIPPED = "Dạ, không sao. Khi cần, tôi sẽ hỏi lại."
PLACE_UNKNOWN = (
    "Tôi chưa có kế hoạch của nơi này. Hiện tôi có: {places}.\n\nBà con chọn một nơi dưới đây, hoặc bỏ qua."
)
PLACE_PARTLY = (
    "Tôi chưa có kế hoạch chung của {area}. Trong vùng này tôi chỉ có kế hoạch của {places}.\n\n"
    "Bà con ở đó thì chọn dưới đây, hoặc bỏ qua."
)

HELP = (
    "Tôi trả lời câu hỏi về kế hoạch của phong trào “Vì người nghèo – Không để ai bị bỏ lại phía sau” "
    "ở: {places}.\n\n"
    "Bà con hỏi bằng lời của mình, thí dụ:\n"
    "• ho ngheo muon duoc khen thi can gi\n"
    "• khi nào nộp báo cáo?\n"
    "• Bến Tre giảm nghèo mấy phần trăm?\n\n"
    "Các lệnh:\n{commands}"
)
CANCELLED = "Dạ, tôi dừng ở đây. Bà con muốn hỏi gì tiếp cứ nhắn."
NOTHING_TO_CANCEL = "Hiện không có việc gì dở dang. Bà con muốn hỏi gì cứ nhắn."
UNKNOWN_COMMAND = "Tôi không có lệnh {command}. Bà con gõ /help để xem tôi làm được gì, hoặc cứ hỏi bằng lời thường."

PHOTO = "Tôi chưa xem được ảnh và không giữ ảnh này. Bà con gõ câu hỏi bằng chữ giúp tôi nhé, không cần dấu."
VOICE = "Tôi chưa nghe được tin nhắn thoại. Bà con gõ ngắn giúp tôi, không cần dấu; hoặc chọn một mục dưới đây."
STICKER = "Cảm ơn bà con! Bà con cần hỏi gì về kế hoạch thì nhắn tôi nhé."
FILE = "Tôi chưa đọc được tệp và không giữ tệp này. Bà con gõ câu hỏi bằng chữ giúp tôi nhé."
LOCATION = "Tôi không đọc vị trí và không giữ lại. Bà con gõ tên xã, huyện hoặc tỉnh giúp tôi nhé."
CONTACT = "Tôi không nhận danh bạ và không giữ lại. Bà con gõ câu hỏi bằng chữ giúp tôi nhé."
UNREADABLE = "Tôi chưa đọc được tin này. Bà con gõ câu hỏi bằng chữ giúp tôi nhé."
HIDDEN = (
    "Zalo không chuyển cho tôi nội dung tin này nên tôi không đọc được. Bà con nhờ người nhà nhắn giúp, "
    "hoặc ra Ủy ban nhân dân xã: cán bộ sẽ giúp bà con."
)
TOO_LONG = "Tin này dài quá, tôi dễ hiểu sai. Bà con hỏi ngắn từng việc giúp tôi, khoảng một hai câu nhé."
ONLY_EMOJI = "Dạ, tôi thấy rồi ạ. Bà con cần hỏi gì thì gõ bằng chữ giúp tôi nhé."
ONLY_MARKS = "Bà con chưa rõ chỗ nào ạ? Bà con gõ thêm vài chữ giúp tôi, hoặc chọn một mục dưới đây."
STALE_CHOICE = "Nút này đã cũ. Bà con chọn lại giúp tôi nhé."
QUOTE_MISMATCH = (
    "Xin lỗi bà con, câu trả lời vừa rồi không khớp từng chữ với kế hoạch nên tôi không gửi. "
    "Bà con hỏi lại giúp tôi; nếu vẫn vậy, xin hỏi cán bộ xã."
)
BROKEN = "Xin lỗi bà con, tôi vừa gặp trục trặc nên chưa trả lời được. Bà con thử lại sau ít phút giúp tôi nhé."
ONLY_IN_PRIVATE = (
    "Việc này có thông tin riêng của từng nhà nên tôi không làm trong nhóm. Bà con nhắn riêng cho tôi nhé."
)
NO_PAPER = "(Tệp này hiện không mở được. Có thể đơn đã đổi, hoặc anh chị không còn giữ vị trí đó.)"
NO_FILES_HERE = "(Ở đây tôi chưa gửi được tệp “{name}”. Anh chị cần thì nhờ cán bộ xã in giúp nhé.)"
WHY_NOTHING = "Chưa có câu trả lời nào để giải thích. Bà con hỏi một câu trước đã."

COMMAND_SUMMARIES = {
    "start": "bắt đầu lại",
    "help": "xem tôi làm được gì",
    "noio": "đổi nơi ở",
    "huy": "dừng việc đang làm",
    "dangky": "đăng ký thoát nghèo",
    "hoso": "xem đơn đã gửi tới đâu",
    "suadon": "sửa đơn đã gửi",
    "rutdon": "rút đơn",
    "xacnhan": "xác nhận đơn người khác ghi giúp",
    "dulieu": "xem tôi giữ gì về bà con",
    "xoadulieu": "xóa hết thông tin của bà con",
    "yeucau": "yêu cầu, khiếu nại về thông tin của mình",
    "dungnhac": "thôi nhận tin nhắc",
    "hoicanbo": "gửi câu hỏi tới cán bộ",
    "noikenh": "nối Zalo, Telegram của mình làm một",
    "tachkenh": "tách hai kênh đã nối",
    "why": "xem căn cứ của câu trả lời vừa rồi",
}

NEEDS = {
    "von": "vay vốn",
    "viec": "có việc làm",
    "nghe": "học nghề",
    "giong": "cây giống, con giống, kỹ thuật",
    "dat": "đất sản xuất",
    "nha": "sửa nhà, làm nhà",
    "nuoc": "nước sạch, nhà vệ sinh",
    "hoc": "con cháu đi học",
}
"""What a household may wish for. Nothing about health: that would be sensitive data (NĐ 356/2025/NĐ-CP, Điều 4)."""
STANDINGS = {"ngheo": "hộ nghèo", "can_ngheo": "hộ cận nghèo", "moi_thoat": "hộ mới thoát nghèo"}
