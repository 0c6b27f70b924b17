"""
Every sentence that the bot says to a household about its registration, by name.

Kind and short: the person may be 63 and on a borrowed phone. A registration is a wish, never a recognition;
nothing here says that a household has left poverty. Facts about the procedure: Quyết định 24/2021/QĐ-TTg.
"""

from __future__ import annotations

BACK = "Quay lại"
KEEP = "Giữ như cũ: {value}"
YES, NO = "Đồng ý", "Không đồng ý"
RIGHT, WRONG = "Đúng rồi", "Không đúng"

WELCOME = (
    "Dạ, quý lắm! Tôi là trợ lý tự động, không phải cán bộ. "
    "Tôi giúp bà con ghi nguyện vọng thoát nghèo ngay ở đây, chừng mười câu ngắn."
)
HERE = "Đăng ký ngay ở đây"
CONSENT_VERSION = "2026-11-25"
CONSENT_CARD = (
    "Trước khi hỏi, tôi xin phép bà con.\n"
    "• Để chuyển nguyện vọng thoát nghèo đến cán bộ.\n"
    "• Tôi hỏi: tên chủ hộ, điện thoại, nơi ở, diện hộ, số người, số lao động, việc mong giúp.\n"
    "• Không hỏi: số căn cước, dân tộc, bệnh tật, tên trẻ nhỏ.\n"
    "• Ai giữ: cơ quan mở trợ lý. Ai xem: cán bộ, lãnh đạo nơi mình ở.\n"
    "• Đơn dở giữ 30 ngày; đơn đã gửi giữ đến khi bà con xóa.\n"
    "• Xem, sửa, rút, xóa, khiếu nại: gõ /dulieu.\n\n"
    "Bà con có đồng ý cho tôi ghi và gửi không? Không đồng ý vẫn hỏi việc khác được."
)
"""What the law asks to be told (Luật 91/2025/QH15, Điều 9), no taller than a phone of 360 × 640."""
CONSENT_AGAIN = "Việc này phải bà con chọn rõ, tôi không dám tự hiểu. Bà con chọn một trong hai giúp tôi."
NOT_NOW = "Dạ, tôi chưa ghi gì cả. Lúc nào muốn đăng ký, bà con gõ /dangky."
CONSENT_REFUSED = (
    "Dạ, tôi không ghi gì của nhà mình cả. Bà con vẫn hỏi tôi việc khác được. "
    "Muốn đăng ký trên giấy, bà con gặp cán bộ xã, phường."
)

WHO = "Bà con đăng ký cho nhà mình, hay ghi giúp nhà khác? (Lúc nào bận, bà con gõ: để sau.)"
FOR_WHOM = {
    "own": "Dạ, tôi ghi cho nhà mình. (Ghi giúp nhà khác thì gõ: giúp nhà khác. Lúc nào bận thì gõ: để sau.)",
    "help": "Dạ, bà con ghi giúp nhà khác. (Không phải thì gõ: quay lại.)",
}
WHO_OWN, WHO_HELP = "Cho nhà tôi", "Ghi giúp nhà khác"
HELPER_NAME = "Dạ, quý quá. Người ghi giúp tên gì ạ? Xin cho biết đủ họ và tên."
HELPER_RELATION = "{name} là gì của nhà đó ạ?"
RELATIONS = ("Trưởng thôn, ấp, khóm", "Cán bộ hoặc hội viên đoàn thể", "Con cháu, người nhà", "Hàng xóm")
HELPER_HOW = "Chủ hộ đã nói đồng ý cho ghi giúp bằng cách nào ạ?"
HOWS = ("Ngồi cạnh, nói đồng ý", "Gọi điện, nói đồng ý", "Viết giấy, có ký tên")
NOT_ASKED = "Tôi chưa hỏi chủ hộ"
ASK_HEAD_FIRST = (
    "Phải có chủ hộ đồng ý thì tôi mới ghi được. Bà con hỏi chủ hộ trước rồi chọn lại giúp tôi. "
    "Phần đã ghi tôi giữ; muốn dừng thì gõ: để sau."
)
HELPER_WHEN = "Chủ hộ nói đồng ý hôm nào ạ?"
TODAY, YESTERDAY = "Hôm nay", "Hôm qua"
DAY_UNCLEAR = "Tôi chưa hiểu ngày. Bà con gõ ngày và tháng, ví dụ: 12/11."

HEAD = "Chủ hộ tên gì ạ? Xin cho biết đủ họ và tên, không dấu cũng được."
NAME_UNCLEAR = "Tôi chưa thấy đủ họ và tên. Bà con gõ cả họ lẫn tên bằng chữ, ví dụ: Nguyễn Thị Lan."
PHONE = "Số điện thoại để cán bộ gọi là số nào ạ? Số của con cháu, hàng xóm cũng được."
PHONE_UNCLEAR = "Số này chưa đúng. Số di động có 10 chữ số và bắt đầu bằng số 0, ví dụ: 0912 345 678."
PHONE_MISSING = "Tôi chưa thấy số điện thoại. Bà con gõ số, ví dụ: 0912 345 678."
PHONE_TWO = "Bà con cho tôi một số thôi, số nào dễ gọi nhất."
PHONE_NONE = (
    "Dạ được. Bà con cho số con cháu hay hàng xóm để cán bộ gọi nhờ. Không nhờ được ai thì chọn 1; "
    "bà con báo thêm trưởng thôn (ấp, khóm) để cán bộ dễ tìm nhà mình."
)
NO_PHONE = "Không có số nào"
PHONE_SHORT = "Số này mới có {digits} chữ số. Số di động có 10 chữ số, ví dụ: 0912 345 678. Bà con gõ lại giúp tôi."
ADDRESS = "Nhà mình ở đâu ạ? Gõ thôn (ấp, khóm), xã (phường), tỉnh; tên cũ cũng được. Ví dụ: {example}."
EXAMPLES = {
    "soc-trang": "khóm 3 phường 10 Sóc Trăng",
    "ben-tre": "ấp 2 xã Phú Hưng Bến Tre",
    "cam-thuy": "thôn 4 xã Cẩm Ngọc Thanh Hóa",
    "dong-nai": "ấp 1 xã Trảng Bom Đồng Nai",
    "vinh-phuc": "khu 3 phường Vĩnh Yên Vĩnh Phúc",
}
ADDRESS_UNCLEAR = "Tôi chưa tìm ra nơi này. Bà con gõ rõ tên xã (phường) và tỉnh giúp tôi."
ADDRESS_STUCK = "Tôi vẫn chưa tìm ra. Bà con gõ lại, hoặc chọn một cách dưới đây."
BY_STEPS, BY_OFFICER = "Chọn từng bước", "Để cán bộ hỏi lại"
WHICH = "Có mấy nơi giống vậy. Nhà mình ở nơi nào ạ?"
NONE_OF_THEM = "Không có nơi nào đúng"
WAS = "{area} (trước là {was})"
NOTED = "Dạ, tôi ghi nơi ở: {area}."
NOTED_WAS = "Dạ, tôi ghi nơi ở: {was}, nay thuộc {area}."
NOT_SO = "(Chưa đúng thì gõ: quay lại.)"
SURE = "Tôi hiểu là: {area}. Đúng không ạ?"
SURE_WAS = "Tôi hiểu là {was}, nay thuộc {area}. Đúng không ạ?"
PROVINCE = "Nhà mình nay thuộc tỉnh, thành phố nào ạ?"
LETTER = "Tên xã, phường bắt đầu bằng chữ gì ạ? Gõ vài chữ đầu, ví dụ: Phu H."
LETTER_NONE = "Không có xã, phường nào bắt đầu như vậy ở {province}. Bà con gõ lại vài chữ đầu giúp tôi."
LETTER_MANY = "Có {n} xã, phường bắt đầu như vậy. Bà con gõ thêm vài chữ nữa giúp tôi."
HAMLET = "Thôn (ấp, khóm, khu) nào ạ? Gõ tên hoặc số, ví dụ: khóm 3."
HAMLET_BY_OFFICER = "Bà con ghi địa chỉ như vẫn thường gọi; cán bộ sẽ hỏi lại cho rõ."
HAMLET_UNCLEAR = "Tôi chưa hiểu. Bà con gõ ngắn thôi giúp tôi."
STANDING = "Năm nay nhà mình thuộc diện nào ạ?"
STANDING_UNSURE = (
    "Chưa chắc thì bà con chọn diện gần đúng nhất; cán bộ sẽ xem lại. Nhà không thuộc diện nào thì chưa cần đăng ký."
)
SINCE = "Từ năm nào ạ? Ví dụ: 2019, hoặc: 3 năm nay."
SINCE_UNKNOWN = "Không nhớ"
SINCE_UNCLEAR = "Tôi chưa hiểu năm nào. Bà con gõ năm đủ bốn số giúp tôi."
MEMBERS = "Nhà mình mấy người ạ? Gõ số; quá 6 người cũng gõ số. (Muốn sửa câu trước, gõ: quay lại.)"
MEMBERS_UNCLEAR = "Tôi chưa hiểu. Bà con gõ một số, từ 1 đến 30."
WORKERS = "Trong {members} người, mấy người đang đi làm hoặc làm được việc ạ? Không có ai thì gõ: 0."
WORKERS_ALONE = "Người đó có đi làm hoặc làm được việc không ạ? Có thì gõ 1, không thì gõ 0."
WORKS = "Có"
WORKERS_UNCLEAR = "Tôi chưa hiểu. Số này phải từ 0 đến {members}."
PEOPLE = "{n} người"
LEAVING = "Bà con muốn đăng ký việc nào ạ?"
LEAVINGS = {"ngheo": "Thoát hộ nghèo", "can_ngheo": "Thoát hộ cận nghèo"}
LEAVINGS_OF_JUST_LEFT = {"can_ngheo": "Thoát hộ cận nghèo", "ngheo": "Giữ vững, không tái nghèo"}
NEEDS = "Nhà mình mong được giúp gì nhất? Chọn một việc. Nhiều việc thì gõ các số, ví dụ: 1 3. Không cần thì gõ: 0."
NEEDS_NONE = "Không cần giúp gì"
NEEDS_UNCLEAR = "Tôi chưa hiểu. Bà con gõ số của những việc dưới đây."
YEAR = "Bà con muốn xã xét vào năm nào ạ?"
YEAR_CHOICE = "Năm {year}"
REASON = "Bà con muốn nói thêm điều gì với cán bộ ạ? Xin đừng ghi bệnh tật, số căn cước, tên trẻ nhỏ."
REASON_NONE = "Không nói thêm"

CHOOSE_ONE = "Tôi chưa hiểu. Bà con chọn một số dưới đây giúp tôi."
OTHER_MATTER = "Việc đó bà con gõ {command} giúp tôi. Phần đơn đã ghi tôi vẫn giữ."
FIRST_QUESTION = "Đây là câu đầu tiên rồi ạ."
TOO_LONG = "Câu này dài quá, tôi dễ ghi sai. Bà con gõ ngắn giúp tôi."
IDENTITY = "Tôi không cần số căn cước và không giữ tin vừa rồi. Giấy tờ bà con chỉ đưa cho cán bộ ở xã."
IDENTITY_OR_PHONE = (
    "Số này không phải số điện thoại. Nếu là số căn cước thì tôi không cần, và tôi không giữ tin vừa rồi. "
    "Số di động có 10 chữ số, bắt đầu bằng số 0."
)
NO_PHOTO = (
    "Tôi không nhận ảnh và không giữ ảnh này: ảnh giấy tờ dễ bị người xấu lấy. Đơn này không cần ảnh; "
    "bà con chỉ trả lời bằng chữ."
)
NO_VOICE = "Tôi chưa nghe được tin thoại và không giữ lại. Bà con gõ ngắn, không cần dấu; gõ số cũng được."
NO_FILE = "Tôi không nhận tin này và không giữ lại. Bà con trả lời bằng chữ hoặc bằng số giúp tôi."
STALE = "Nút đó của câu trước. Bà con trả lời câu dưới đây giúp tôi."
WHY_ASK = (
    "Tôi hỏi để cán bộ biết nhà mình mà liên hệ và giúp. Chỉ cán bộ, lãnh đạo phụ trách nơi nhà mình ở xem được; "
    "bà con xóa lúc nào cũng được."
)
ASIDE_LATER = "Câu này để xong đơn, bà con hỏi lại tôi nhé."

REVIEW = "Bà con xem lại giúp tôi. Dòng nào sai thì chọn số của dòng đó."
LINES = {
    "who": "Người ghi giúp: {value}",
    "head": "Chủ hộ: {value}",
    "phone": "Điện thoại: {value}",
    "address": "Nơi ở: {value}",
    "hamlet": "Thôn, ấp, khóm: {value}",
    "standing": "Diện: {value}",
    "since": "Từ năm: {value}",
    "members": "Số người: {value}",
    "workers": "Số người làm được việc: {value}",
    "leaving": "Đăng ký: {value}",
    "year": "Xét vào: năm {value}",
    "needs": "Mong giúp: {value}",
    "reason": "Nói thêm: {value}",
}
UNKNOWN = "không nhớ"
NOTHING = "không"
HELPED_BY = "{name}, {relation}; chủ hộ đồng ý ngày {day}"
CARD = (
    "Trước khi gửi, xin bà con nghe rõ:\n"
    "• Đây là nguyện vọng, chưa phải là công nhận. Gửi rồi, diện của nhà mình chưa đổi.\n"
    "• Giấy chính thức (Mẫu số 04, Quyết định 24/2021/QĐ-TTg) làm tại xã, phường; Chủ tịch xã, phường quyết định.\n"
    "• Thoát nghèo rồi thì phần hỗ trợ nào sẽ dừng: {source}. Bà con hỏi cán bộ xã, phường cho chắc."
)
CARD_PLAN_SILENT = "kế hoạch không nêu"
CARD_NO_PLAN = "tôi không có giấy tờ nào nêu"
CARD_QUESTIONS = (
    "hộ nghèo tự nguyện đăng ký thoát nghèo",
    "hộ gia đình thi đua vươn lên thoát nghèo",
    "hộ gia đình chủ động vươn lên thoát nghèo",
)
"""Reviewed questions for the household's own clause; the first that the plan answers is taken."""
NOBODY_YET = (
    "• Hiện chưa có cán bộ nào của nơi này nhận đơn qua đây. Tôi vẫn giữ đơn, cán bộ đầu tiên nhận việc sẽ thấy. "
    "Cần sớm thì bà con đến thẳng Ủy ban xã, phường."
)
CARD_AGAIN = "Phần tôi dặn trước khi gửi vẫn như trên. Bà con gửi đơn chứ ạ?"
CARD_ASK = "Bà con gửi đơn chứ ạ?"
SEND_OWN = "Tôi cam kết phấn đấu, không tái nghèo. Gửi đơn"
SEND_HELP = "Chủ hộ cam kết phấn đấu, không tái nghèo. Gửi đơn"
CARD_CORRECT = "Sửa xong, bà con gửi cho cán bộ nhé."
SEND_CORRECTED = "Gửi phần đã sửa"
LATER = "Để sau"
ALIKE = "Máy này đã gửi đơn giống vậy: mã {codes}. Nếu là một hộ thì không cần gửi nữa. Bà con muốn thế nào ạ?"
SEND_ANYWAY, DO_NOT_SEND = "Hộ khác, cứ gửi", "Đúng hộ đó, không gửi"
NOT_SENT = "Dạ, tôi không gửi và đã xóa bản viết dở. Xem đơn đã gửi, bà con gõ /hoso."

SENT = (
    "Dạ, tôi đã gửi đơn của hộ {head}.\nMã nhận đơn: {code}\nNơi nhận: {to}\n\n{next}\n\n"
    "Xem đơn tới đâu: gõ /hoso. Đổi ý thì gõ /rutdon. Lỡ gửi trùng cũng không sao."
)
SENT_TO_NOBODY = "chưa có cán bộ nhận; đơn được giữ cho cán bộ đầu tiên nhận việc ở {area}"
NEXT = (
    "Đơn đã chuyển tới cán bộ. Lâu chưa thấy liên hệ, bà con gõ /hoicanbo để hỏi. Giấy chính thức làm ở xã, phường. "
    "Theo quy định, xã xét hằng tháng, bắt đầu từ ngày 15; có quyết định trong 15 ngày kể từ khi bắt đầu xét."
)
NEXT_WITHOUT_OFFICER = (
    "Cán bộ đầu tiên nhận việc ở đây sẽ thấy đơn. Cần sớm thì bà con đến thẳng Ủy ban xã, phường; "
    "giấy chính thức cũng làm ở đó."
)
NEXT_UNDATED = (
    "Đơn đã chuyển tới cán bộ. Lâu chưa thấy liên hệ, bà con gõ /hoicanbo để hỏi. Giấy chính thức làm ở xã, phường."
)
CONFIRM_CODE = (
    "Bà con đưa mã này cho chủ hộ: {code}\nChủ hộ nhắn cho tôi từ máy của mình: /xacnhan {plain}\n"
    "Tôi hỏi thêm 3 số cuối điện thoại trong đơn; đơn không có số thì hỏi họ tên chủ hộ. "
    "Đúng rồi thì chủ hộ tự xem, tự sửa được đơn."
)
REMINDERS_VERSION = "2026-11"
REMINDERS_CARD = (
    "Bà con có đồng ý cho tôi nhắn nhắc việc về đơn này không? Không đồng ý cũng không sao: "
    "tin của cán bộ về đơn tôi vẫn báo. Thôi nhận lúc nào cũng được: gõ /dungnhac."
)
REMINDERS_ON = "Dạ, có việc gì cần làm tôi sẽ nhắn nhắc. Thôi nhận thì gõ /dungnhac."
REMINDERS_OFF = "Dạ, tôi không nhắn nhắc. Xem đơn tới đâu thì gõ /hoso."
CORRECTED = "Dạ, tôi đã sửa đơn {code} và báo cho cán bộ."
CORRECTED_UNTOLD = "Dạ, tôi đã sửa đơn {code}. Cán bộ nhận việc sau sẽ thấy bản mới."
UNCHANGED = "Dạ, đơn {code} giữ nguyên, không có gì thay đổi."
CORRECTED_TOO_LATE = "Đơn này xong rồi nên không sửa được nữa. Bà con gặp cán bộ xã, phường giúp tôi."

SENT_ENOUGH = (
    "Hôm nay máy này đã gửi nhiều đơn rồi, nên tôi giữ đơn này lại, chưa gửi. Mai bà con gõ /dangky để gửi tiếp nhé."
)
LOOKED_UP_ENOUGH = "Hôm nay bà con đã hỏi bằng mã nhiều lần rồi. Đơn của máy này, bà con gõ /hoso là thấy."
CONFIRMED_ENOUGH = (
    "Hôm nay máy này đã thử nhiều mã rồi. Mai bà con gõ lại giúp tôi, hoặc nhờ cán bộ xã, phường xem giúp."
)
ASKED_ENOUGH = (
    "Hôm nay bà con đã gửi cán bộ nhiều câu rồi. Mai bà con gửi tiếp nhé; "
    "việc gấp thì đến Ủy ban xã, phường giúp tôi."
)

DRAFTS = "Bà con có đơn đang viết dở. Làm tiếp chứ ạ?"
DRAFTS_SEVERAL = "Bà con có mấy đơn đang viết dở. Bà con nói cho hộ nào ạ?"
GO_ON = "Làm tiếp đơn đang dở"
GO_ON_WITH = "Làm tiếp: {head} ({day})"
NO_NAME_YET = "hộ chưa ghi tên"
NEW_FORM = "Viết đơn mới"
DROP_DRAFT = "Xóa đơn đang dở"
DROP_DRAFTS = "Xóa hết đơn đang dở"
DROPPED = "Dạ, tôi đã xóa bản viết dở. Cần thì bà con gõ /dangky."
HAVE_CASE = "Máy này đã có đơn: {cases}. Bà con muốn làm gì ạ?"
HAVE_CASE_LINE = "hộ {head}, mã {code}"
SEE_CASES = "Xem đơn đã gửi"
OTHER_HOUSEHOLD = "Đăng ký cho hộ khác"
GO_ON_HERE = "Dạ, mình làm tiếp nhé."
LEAVE = "Bà con muốn dừng. Giữ lại phần đã ghi để hôm khác làm tiếp, hay xóa đi ạ?"
LEAVE_KEEP, LEAVE_DROP, LEAVE_BACK = "Giữ lại", "Xóa đi", "Làm tiếp bây giờ"
PAUSED = "Dạ, tôi giữ phần đã ghi trong 30 ngày. Lúc nào rảnh, bà con gõ /dangky để làm tiếp."
GONE = "Bản viết dở không còn nữa. Bà con gõ /dangky để viết lại nhé."

TELL_NEW = "Đơn mới {code}: {where}. Gõ /choduyet để xem."
TELL_NEW_ALIKE = "Đơn mới {code}: {where}. Có thể trùng với đơn đã có. So hai đơn: /choduyet {code}"
TELL_CORRECTED = "Đơn {code} ({where}): hộ vừa sửa thông tin. Gõ /choduyet để xem."

HINT_DK = "Bà con muốn đăng ký thoát nghèo, hay hỏi điều kiện được khen ạ?"
HINT_AGREE = "Dạ, hiện tôi chưa hỏi bà con đồng ý việc gì, và chưa ghi gì. Bà con chọn việc mình cần dưới đây."
HINT_NAME = "Dạ, tôi chưa ghi tên này. Bà con muốn đăng ký thoát nghèo, hay hỏi việc gì ạ?"
HINT_ADDRESS = "Dạ, nơi này là {area}{was}. Tôi chưa ghi lại. Bà con muốn xem kế hoạch, hay đăng ký thoát nghèo ạ?"
HINT_PLAN = "Xem kế hoạch {place}"

# /hoso and what can be done with a registration

NO_CASE = "Bà con chưa gửi đơn nào qua máy này. Muốn đăng ký thoát nghèo, bà con gõ /dangky."
WHICH_CASE = "Bà con đang nói cho hộ nào ạ?"
WHICH_OF_MANY = "Bà con đang nói cho hộ nào ạ? Hộ không có ở dưới thì gõ mã nhận đơn."
CASE_CHOICE = "Hộ {head} – đơn {code}"
CASE = "Đơn {code} – hộ {head}\nGửi ngày {sent}.\n\n{status}"
STATUS_SENT = "Đơn đang chờ cán bộ nhận."
STATUS_SENT_TO_NOBODY = (
    "Chưa có cán bộ nào của nơi này nhận đơn qua đây. Đơn vẫn được giữ; cần sớm thì bà con đến Ủy ban xã, phường."
)
STATUS_TAKEN = "Cán bộ đã nhận đơn ngày {day}. Giấy chính thức bà con làm ở xã, phường, cán bộ hướng dẫn."
STATUS_ASKED = (
    "Cán bộ hỏi thêm ngày {day}:\n\n“{note}”\n\nBà con gõ câu trả lời ngay dưới đây, tôi chuyển cho cán bộ. "
    "Xin đừng gửi số căn cước hay ảnh giấy tờ."
)
STATUS_FILED = (
    "Cán bộ đã lập hồ sơ ngày {day}, đưa vào kỳ xét của xã, phường. Cán bộ ghi kết quả là tôi báo bà con ngay."
)
STATUS_DONE = "Đã có quyết định số {decision}, ngày {decided}. Kết quả ghi trong quyết định đó."
STATUS_DECLINED = "Cán bộ không nhận đơn, ngày {day}. Lý do cán bộ ghi:\n\n“{note}”"
STATUS_WITHDRAWN = "Đơn đã được rút ngày {day}."
STATUS_MERGED = "Đơn đã được gộp vào đơn {into}."
STATUS_MERGED_ELSEWHERE = "Đơn đã được gộp vào đơn gửi từ máy khác. Bà con không phải làm lại gì cả."
NOT_CONFIRMED = "Chủ hộ chưa nhắn mã xác nhận từ máy của mình."
RECODE = "Lấy mã xác nhận mới"
RECODED = "Dạ, mã cũ đã thôi dùng."
EDIT, WITHDRAW, ANSWER_LATER = "Sửa đơn", "Rút đơn", "Trả lời sau"
NOTHING_TO_CHANGE = "Bà con không có đơn nào đang chờ. Xem đơn đã gửi: /hoso. Đăng ký mới: /dangky."
WITHDRAW_SURE = "Bà con muốn rút đơn {code} của hộ {head}? Rút rồi cán bộ không xét đơn này nữa."
WITHDRAW_YES, WITHDRAW_NO = "Rút đơn này", "Không, giữ đơn"
WITHDRAWN = "Dạ, đơn {code} đã được rút. Đổi ý thì bà con gõ /dangky. Muốn xóa hết thông tin thì gõ /xoadulieu."
KEPT_CASE = "Dạ, đơn vẫn giữ nguyên."
TELL_WITHDRAWN = "Đơn {code} ({where}): hộ đã rút đơn."
REPLY_SURE = "Cán bộ hỏi về đơn {code}: “{question}”\n\nBà con muốn gửi cán bộ câu này phải không ạ?\n\n“{text}”"
REPLY_YES, REPLY_NO = "Gửi cho cán bộ", "Không, tôi nói việc khác"
REPLY_SENT = "Dạ, tôi đã chuyển câu trả lời về đơn {code} cho cán bộ."
REPLY_EMPTY = "Bà con trả lời bằng chữ giúp tôi, một hai câu là được."
TELL_REPLIED = "Đơn {code} ({where}): hộ đã trả lời câu hỏi. Gõ /choduyet để xem."

# /dulieu, /xoadulieu, /dungnhac

DATA = "Đây là tất cả những gì tôi giữ về bà con:"
DATA_NOTHING = "Tôi không giữ đơn hay thông tin nào của bà con."
DATA_CASE = "Đơn {code}, gửi ngày {sent}, {status}:"
DATA_DRAFT = "Đơn viết dở, sửa lần cuối {at}:"
DATA_CHOSEN = "{card}: {given}, {at} (bản {version})"
DATA_CONSENTS = "Bà con đã chọn:"
CARDS = {"registration": "Ghi và gửi đơn", "reminders": "Nhắn nhắc việc", "joining": "Nối kênh"}
GIVEN, NOT_GIVEN = "đồng ý", "không đồng ý"
DATA_PLACE = "Nơi ở để tìm kế hoạch: {place}"
DATA_CHANNELS = "Các kênh đã nối: {channels}"
DATA_QUESTIONS = "Câu đã nhờ chuyển cán bộ:"
DATA_QUESTION = "{day}, {to}: “{question}” ({answered})"
ANSWERED, NOT_ANSWERED = "đã có trả lời", "chưa có trả lời"
DATA_REST = (
    "Ngoài ra, đến 30 ngày sau tin cuối: các tin tôi đã gửi, mấy câu hỏi gần đây để hiểu câu sau. "
    "Trong 14 ngày: số lần bà con gửi, hỏi, để chặn người phá. "
    "Ai xem đơn: cán bộ, lãnh đạo phụ trách nơi nhà mình ở."
)
STATUSES = {
    "sent": "chờ cán bộ nhận",
    "taken": "cán bộ đã nhận",
    "asked": "cán bộ hỏi thêm",
    "filed": "đã lập hồ sơ",
    "done": "đã có quyết định",
    "declined": "cán bộ không nhận",
    "withdrawn": "đã rút",
    "merged": "đã gộp",
}
DATA_EDIT, DATA_ERASE, DATA_COMPLAIN = "Sửa đơn", "Xóa hết thông tin của tôi", "Yêu cầu, khiếu nại khác"
ERASE_SURE = "Bà con muốn xóa hết thông tin của mình?{cases} Xóa rồi không lấy lại được."
ERASE_JOINED = " Xóa ở tất cả các kênh đã nối, và tách các kênh ra: {channels}."
ERASE_CASES = " Đơn đang chờ cũng được rút: {codes}."
ERASE_YES, ERASE_NO = "Xóa hết", "Không xóa"
ERASED = "Dạ, tôi đã xóa hết thông tin của bà con. Bản sao lưu tự hết trong 30 ngày."
ERASED_BUT = "Chỉ còn mã đơn, xã, phường, tình trạng và ngày giờ, không có tên, không có số điện thoại."
NOT_ERASED = "Dạ, tôi không xóa gì cả."
REMINDERS_STOPPED = "Dạ, tôi không nhắn nhắc nữa. Tin của cán bộ về đơn tôi vẫn báo."

# Requests that need a person

REQUEST = "Bà con muốn yêu cầu hay khiếu nại gì về thông tin của mình? Gõ ngắn, tôi chuyển cán bộ."
REQUEST_SURE = "Tôi sẽ chuyển nguyên câu này cho {to}:\n\n“{text}”\n\nGửi chứ ạ?"
REQUEST_YES, REQUEST_NO = "Gửi", "Không gửi"
REQUEST_SENT = (
    "Dạ, tôi đã chuyển cho {to}. Theo luật, cán bộ phải trả lời trong 2 ngày làm việc, tức là đến hết {by}."
)
REQUEST_NOT_SENT = "Dạ, tôi không gửi."
REQUEST_WHERE = "Nhà mình ở xã, phường nào để tôi chuyển đúng nơi ạ? Câu của bà con tôi đang giữ."
REQUEST_WHICH = "Có phải nơi này không ạ?"
REQUEST_WHERE_AGAIN = "Tôi chưa tìm ra nơi này. Bà con gõ rõ tên xã (phường) và tỉnh giúp tôi."
REQUEST_NOBODY = (
    "Ở {unit} hiện chưa có cán bộ nào nhận việc qua đây. Tôi giữ nguyên câu này cho cán bộ nhận việc sau nhé?\n\n"
    "“{text}”\n\nCần sớm thì bà con nộp yêu cầu bằng giấy ở Ủy ban xã, phường. Muốn xóa ngay thì gõ /xoadulieu."
)
REQUEST_KEEP = "Giữ cho cán bộ"
REQUEST_KEPT = (
    "Dạ, tôi giữ câu này; cán bộ đầu tiên nhận việc sẽ thấy. Từ nay đến đó chưa ai đọc, nên cần sớm thì bà con đến "
    "Ủy ban xã, phường."
)
TELL_REQUEST = "Yêu cầu về dữ liệu cá nhân, phải trả lời đến hết {by}. Gõ /cauhoi để xem."
REQUEST_LEAD = "[Yêu cầu về dữ liệu cá nhân] {text}"

# /xacnhan

CHANGED_SINCE = "Đơn này đã được sửa từ một máy khác. Bà con xem lại đơn bây giờ rồi hãy sửa giúp tôi:"
CODE_ASK = "Bà con gõ mã 8 số mà người ghi giúp đưa cho, ví dụ: /xacnhan 12345678."
CODE_PROOF = (
    "Để chắc là nhà mình: bà con gõ 3 số cuối của số điện thoại ghi trong đơn. "
    "Đơn không ghi điện thoại thì gõ họ và tên chủ hộ."
)
CODE_WRONG = (
    "Tôi chưa mở được đơn. Có thể mã hay phần gõ thêm chưa đúng, hoặc mã đã dùng, đã quá 30 ngày. "
    "Bà con xem lại giúp tôi; sai 5 lần thì phải chờ một giờ. Vẫn không được thì nhờ cán bộ xã, phường."
)
CONFIRM_BY_HELPER = "{helper} đã ghi giúp đơn {code} cho nhà mình"
CONFIRM_BY_OFFICER = "Cán bộ đã nhập đơn giấy {code} của nhà mình"
CONFIRM_CARD = (
    "{who}. Trong đơn có:\n{lines}\n\n"
    "Đơn này để chuyển nguyện vọng thoát nghèo đến cán bộ. Chỉ cán bộ, lãnh đạo phụ trách nơi nhà mình ở xem được. "
    "Đơn được giữ đến khi bà con xóa. "
    "Bà con xem, sửa, rút, xóa được bất cứ lúc nào: /dulieu, /suadon, /rutdon, /xoadulieu.\n\n"
    "Bà con có đồng ý không?"
)
CONFIRMED = "Dạ, tôi đã ghi là bà con đồng ý. Từ nay bà con xem đơn bằng /hoso, sửa bằng /suadon, rút bằng /rutdon."
NOT_CONFIRMED_TOLD = "Dạ, tôi đã báo cán bộ là chủ hộ không đồng ý với đơn này."
NOT_CONFIRMED_ALONE = (
    "Dạ, tôi không ghi là bà con đồng ý. Hiện chưa có cán bộ nhận việc qua đây. "
    "Bà con bảo người ghi giúp rút đơn, hoặc báo Ủy ban xã, phường giúp tôi."
)
REFUSED_BY_HEAD = "Đơn {code}: chủ hộ nhắn từ máy của mình là không đồng ý với đơn được ghi giúp."
TELL_REFUSED = "Đơn {code}: chủ hộ không đồng ý. Gõ /cauhoi để xem."

NUDGE = "Bà con ơi, đơn đăng ký thoát nghèo của nhà mình còn viết dở. Bà con muốn làm tiếp không ạ?"
