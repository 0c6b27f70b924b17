"""
Every sentence that the bot says to an officer, and `TELL_*`: what a household reads once an officer did something.

Officers read short and exact sentences; dates are dd/mm/yyyy, receipt codes stand in groups of three. What a
household is told of the procedure is that of Quyết định 24/2021/QĐ-TTg, Điều 3 and 5: reviews start on the 15th of
each month, the commune's chairman decides within 15 days from that start, a refusal is written and gives its reasons.
"""

from __future__ import annotations

from types import MappingProxyType

NOT_AN_OFFICER = "Việc này dành cho cán bộ đang giữ vị trí. Có mã mời thì gõ: /nhanviec và mã 8 số."
ASK_ABOVE = "Việc này anh chị hỏi cơ quan cấp trên giúp nhé."
CHANGED = "Đơn vừa có thay đổi. Dưới đây là bản mới nhất."
NOT_UNDERSTOOD = "Tôi chưa hiểu “{text}”. Đơn vẫn mở, chưa làm gì. Chọn một việc dưới đây, hoặc gõ 9 số của đơn khác."
CHOOSE = "Chọn một việc dưới đây. Chưa gửi gì."
ONLY_WORDS = "Việc này chỉ nhận chữ. Gõ lại giúp tôi."
TOO_LONG = "Đoạn này dài {length} ký tự, tối đa {most}. Chưa ghi gì. Viết gọn lại giúp tôi."
TOO_SHORT = "Chưa đủ rõ. Viết ít nhất {least} từ để hộ dân hiểu."
BACK_TO_CASE = "Quay lại đơn"
BACK_TO_QUEUE = "Về danh sách"
WRITE_AGAIN = "Làm lại"
NO = "Thôi"

# /nhanviec, /vitri, /moi, /bangiao

ASK_CODE = "Gõ mã mời gồm 8 số."
CODE_SHAPE = "Mã mời gồm đúng 8 số. Gõ lại giúp tôi, ví dụ: /nhanviec 12345678"
WRONG_CODE = (
    "Mã này không dùng được: sai, đã dùng hoặc quá 15 phút. Sai 5 lần thì phải chờ một giờ. "
    "Xin mã mới từ người đã mời."
)
TAKE_POST = (
    "Mã này là cho vị trí: {post}.\n\nNhận thì anh chị thấy mọi đơn và câu hỏi của đơn vị. "
    "Người đang giữ vị trí này (nếu có) hết quyền ngay và được báo."
)
TAKE_IT = "Nhận vị trí"
POST_TAKEN = "Anh chị đã nhận vị trí: {post}.\n\n{commands}"
NOT_TAKEN = "Chưa nhận vị trí nào."
SHUT_OUT = (
    "Vị trí “{post}” đã được người khác nhận lúc {at}. Anh chị không còn xem được đơn và câu hỏi của đơn vị này. "
    "Nếu không phải do anh chị bàn giao, báo ngay cho lãnh đạo đơn vị."
)
POSTS = "Vị trí đang giữ:\n{posts}"
LEAVE = "Thôi giữ: {post}"
LEAVE_SURE = (
    "Thôi giữ vị trí: {post}?\n\nAnh chị hết quyền ngay. Đơn và câu hỏi chờ người nhận sau; "
    "chưa có ai thì cấp trên (nếu có) lo. Muốn giao cho người cụ thể, dùng /bangiao."
)
LEAVE_IT = "Thôi giữ"
LEFT = "Anh chị đã thôi giữ vị trí: {post}."
KEPT = "Không có gì thay đổi."

INVITE_BELOW = "Mời ai? Gõ tên xã, phường thuộc {units}, hoặc chọn dưới đây."
INVITE_DEPUTY = "Mời ai? Vị trí của anh chị chỉ mời được cán bộ phó cùng đơn vị."
INVITE_NOBODY = "Vị trí của anh chị không mời được ai. Muốn giao việc cho người khác, dùng /bangiao."
DEPUTY_OF = "Cán bộ phó – {unit}"
NO_SUCH_UNIT = (
    "Không tìm thấy xã, phường này trong đơn vị của anh chị. Gõ lại tên đầy đủ giúp tôi, hoặc /huy để thôi."
)
UNIT_WAS = "{area} (trước là {was})"
WHICH_UNIT = "Mời cho đơn vị nào?"
WHICH_ROLE = "Vị trí nào ở {unit}?"
INVITE_SURE = (
    "Mời vị trí: {post}.\n\nAi dùng mã đều thấy đơn và số điện thoại của các hộ. "
    "Chỉ đưa mã cho đúng người, không gửi vào nhóm. Vị trí đang có người giữ thì người đó hết quyền ngay."
)
MAKE_CODE = "Tạo mã"
INVITED = (
    "Mã cho vị trí {post}: {secret}\n\n"
    "Dùng một lần, trong 15 phút. Người nhận nhắn riêng cho bot:\n/nhanviec {secret}"
)
NOT_YOURS_TO_GIVE = "Anh chị không mời được cho vị trí này. Chưa tạo mã."
WHICH_POST = "Bàn giao vị trí nào?"
HAND_OVER_SURE = (
    "Bàn giao vị trí: {post}.\n\nKhi người mới nhận, mọi đơn và câu hỏi chuyển theo; anh chị hết quyền ngay và được "
    "báo. Từ giờ đến đó anh chị vẫn làm việc bình thường."
)

COMMAND_SUMMARIES = MappingProxyType(
    {
        "choduyet": "đơn đang chờ",
        "cauhoi": "câu hỏi đang chờ",
        "nhapdon": "nhập đơn giấy",
        "han": "việc có thời hạn",
        "nhac": "tự đặt lời nhắc",
        "tiendo": "tiến độ báo cáo của đơn vị",
        "moi": "mời cấp dưới, cán bộ phó",
        "bangiao": "bàn giao vị trí",
        "vitri": "vị trí đang giữ",
    }
)
"""What /help shows to whoever holds a post."""
HELP = "Việc của cán bộ ({posts}):\n{commands}"

# /choduyet

QUEUE = "Đơn đang mở: {count}."
QUEUE_WAITING = "Chờ anh chị: {count}."
QUEUE_ASKED = "Chờ hộ trả lời: {count}."
QUEUE_FILED = "Đã lập hồ sơ: {count}."
QUEUE_FULL = "Chỉ hiện {most} đơn cũ nhất."
QUEUE_FOUND = "Tìm “{word}”: {count} đơn."
QUEUE_PAGE = "Trang {page}/{pages}."
QUEUE_SEARCH = "Chọn một đơn, hoặc gõ tên thôn ấp, tên chủ hộ, mấy số cuối của mã."
QUESTIONS_WAIT = "Câu hỏi chờ trả lời: {count} (/cauhoi)."
NO_QUESTIONS = "Không có câu hỏi nào chờ."
QUEUE_EMPTY = "Không có đơn nào đang chờ. Anh chị đã làm hết việc, cảm ơn anh chị."
QUEUE_NOTHING_FOUND = "Không có đơn nào khớp “{word}”. Gõ từ khác, đủ 9 số của mã, hoặc xem tất cả."
NO_SUCH_CASE = "Không có đơn mang mã này trong đơn vị của anh chị. Kiểm tra lại 9 số giúp tôi."
NEXT_PAGE = "Trang sau"
PAGE_BEFORE = "Trang trước"
SEE_ALL = "Xem tất cả"
LIST_FILE = "Danh sách .xlsx"
CHART_FILE = "Biểu đồ tháng"
FILE_OF = "{file} – {unit}"
LIST_NAME = "Danh sách đơn.xlsx"
CHART_NAME = "Biểu đồ tháng.png"
LIST_READY = "Danh sách đơn của {unit}. Trong tệp có tên và số điện thoại: chỉ dùng cho công việc."
CHART_READY = "Biểu đồ đơn theo tháng của {unit}."

LINE = "{code} · {head} · {where} · {waited} · {status}"
LINE_ERASED = "{code} · đã xóa dữ liệu · {status}"
LINE_RAISED = " · quá hạn"
REPLIED = "đã trả lời"
LINE_TWIN = " · trùng?"

STATUS = MappingProxyType(
    {
        "sent": "mới gửi",
        "taken": "đã nhận",
        "asked": "chờ hộ trả lời",
        "filed": "đã lập hồ sơ",
        "done": "có kết quả",
        "declined": "đã từ chối",
        "withdrawn": "hộ đã rút",
        "merged": "đã gộp",
    }
)

# A case

CASE = "Đơn {code} – {status}"
CASE_WAITS = "Đơn {code} – {status}, chờ {waited} làm việc"
DAYS = "{days} ngày"
CASE_ERASED = "Hộ đã xóa dữ liệu của mình. Chỉ còn mã và thời gian."
CASE_RAISED = "Quá hạn: đã báo cấp trên."
CASE_ALIKE = "Có thể trùng với: {codes}."
CASE_MERGED = "Đã gộp vào đơn {code}."
CASE_DECISION = "Quyết định: số {decision}, ngày {on}"
CASE_PAPER = "Đơn giấy do cán bộ nhập"
HEAD = "Chủ hộ: {head}"
PHONE = "Điện thoại: {phone}"
HOME = "Nơi ở: {hamlet}, {area}"
WAS = "Tên cũ: {was}"
STANDS = "Hiện nay: {standing}{since}"
SINCE = ", từ năm {since}"
PEOPLE = "Nhân khẩu: {members}. Lao động: {workers}"
LEAVES = "Đăng ký: {leaving}, năm {year}"
NEEDS = "Cần hỗ trợ: {needs}"
REASON = "Lý do: {reason}"
HELPER = "Người ghi hộ: {name} ({relation}). Hộ đồng ý: {how}, {on}"
CONFIRMED = "Hộ đã xác nhận trên máy của mình."
NOT_CONFIRMED = "Hộ chưa tự xác nhận: gọi hỏi lại trước khi lập hồ sơ."
HISTORY = "Diễn biến:"
EVENT = "{at} – {what}"
EVENT_BY = "{at} – {what} ({by})"
EVENT_NOTE = ": “{note}”"

EVENT_KINDS = MappingProxyType(
    {
        "sent": "gửi đơn",
        "confirmed": "hộ xác nhận",
        "recoded": "cấp mã xác nhận mới",
        "corrected": "sửa thông tin",
        "taken": "nhận",
        "asked": "hỏi thêm",
        "replied": "hộ trả lời",
        "filed": "lập hồ sơ",
        "done": "ghi kết quả",
        "declined": "từ chối",
        "withdrawn": "hộ rút đơn",
        "merged": "gộp đơn",
        "kept_apart": "giữ riêng",
        "undone": "hoàn tác",
        "raised": "quá hạn, báo cấp trên",
    }
)

LETTER_PDF = "Đơn .pdf"
LETTER_DOCX = "Đơn .docx"
LETTER_NAME = "Đơn {code}.{kind}"
LETTER_READY = "Đơn {code}. Trong tệp có tên và số điện thoại: chỉ dùng cho công việc."

RECODE = "Cấp mã xác nhận mới"
RECODED = (
    "Mã xác nhận mới của đơn {code}, đưa tận tay chủ hộ. Chủ hộ nhắn cho bot từ máy của mình, trong 30 ngày:\n"
    "/xacnhan {secret}\n\n"
    "Bot hỏi thêm 3 số cuối điện thoại trong đơn; đơn không có điện thoại thì hỏi họ tên chủ hộ. Mã cũ đã thôi dùng."
)
TELL_RECODED = (
    "Dạ, cán bộ ở {unit} đã cấp mã xác nhận mới cho đơn {code}, mã cũ thôi dùng. Chủ hộ hỏi cán bộ để lấy mã nhé."
)

MEND_IT = "Sửa thông tin"
MEND = "Đơn {code}: sửa dòng nào?"
MEND_SEND = "Ghi sửa đổi"
MENDED = "Đã sửa đơn {code}: {names}."
TAKE = "Nhận"
TAKEN = "Đã nhận đơn {code}."
RESUME = "Đã rõ, làm tiếp"
RESUMED = "Đơn {code}: làm tiếp."
ASK_MORE = "Hỏi thêm hộ"
ASK_MORE_WHAT = "Gõ câu hỏi gửi hộ. Một câu, lời dễ hiểu. Không hỏi số CCCD, dân tộc, bệnh tật qua tin nhắn."
ASK_MORE_SEND = "Gửi câu hỏi"
ASKED = "Đã ghi câu hỏi vào đơn {code}. Hộ trả lời thì đơn trở lại phần chờ anh chị."
FILE = "Đã lập hồ sơ, vào kỳ rà soát"
FILE_WHEN = "Hồ sơ vào kỳ rà soát bắt đầu ngày nào? Chọn hoặc gõ ngày 15 của tháng."
FILE_SEND = "Đúng, đã lập hồ sơ"
FILED = "Đã ghi: đơn {code} vào kỳ rà soát từ {round}."
DONE = "Ghi kết quả"
DONE_NUMBER = "Gõ số quyết định, đúng như trên văn bản. Ví dụ: 125/QĐ-UBND"
DONE_DATE = "Gõ ngày ký quyết định. Ví dụ: 28/11/2026"
DONE_SEND = "Ghi và báo hộ"
DONE_DONE = "Đã ghi kết quả đơn {code}: quyết định số {decision}, ngày {on}."
DECLINE = "Từ chối"
DECLINE_WHY = "Gõ lý do từ chối. Hộ đọc đúng từng chữ."
DECLINE_SEND = "Gửi từ chối"
DECLINED = "Đã từ chối đơn {code}."
TODAY = "Hôm nay, {on}"
SURE = "Hộ sẽ nhận đúng tin này:\n\n———\n{words}\n———\n\nGửi rồi không lấy lại được."
SURE_PAPER = (
    "Đơn giấy: tôi không nhắn được cho hộ. Anh chị báo hộ theo lời này:\n\n———\n{words}\n———\n\n"
    "Ghi rồi không lấy lại được."
)
TOLD = "Tin báo hộ đã gửi."
TELL_THEM = "Đây là đơn giấy: anh chị báo hộ giúp."
NEXT_CASE = "Đơn kế tiếp: {head}"

NOT_A_DATE = "Ngày này không đọc được. Gõ theo dạng ngày/tháng/năm, ví dụ 28/11/2026."
DATE_AHEAD = "Ngày {on} chưa đến. Xem lại ngày trên quyết định."
DATE_BEFORE = "Ngày {on} trước khi hộ gửi đơn ({sent}). Xem lại ngày trên quyết định."
NOT_A_ROUND = "Kỳ rà soát hằng tháng bắt đầu từ ngày 15. Gõ một ngày 15, từ tháng trước đến ba tháng tới."
NOT_A_DECISION = "Số quyết định phải có chữ số, tối đa {most} ký tự. Ví dụ: 125/QĐ-UBND"

# Cases that may be the same household

ALIKE = "So với đơn {code}"
ALIKE_GONE = "Đơn kia không còn trong đơn vị của anh chị, hoặc đã kết thúc."
COMPARED = (
    "Hai đơn có thể là một hộ:\nA = {one} (gửi {one_on}, {one_status})\nB = {other} (gửi {other_on}, {other_status})"
)
SAME = "{name}: {value} – giống nhau"
DIFFERENT = "{name}:\n  A: {one}\n  B: {other}"
COMPARED_FIELDS = MappingProxyType(
    {
        "head": "Chủ hộ",
        "phone": "Điện thoại",
        "hamlet": "Thôn, ấp",
        "standing": "Hiện nay",
        "people": "Khẩu / lao động",
        "leaving": "Đăng ký",
    }
)
MERGE = "Gộp, giữ đơn {code}"
KEEP_BOTH = "Hai hộ khác nhau, giữ cả hai"
MERGE_SURE = (
    "Gộp đơn {gone} vào đơn {kept}. Đơn {gone} dừng lại, đơn {kept} đi tiếp. Bỏ gộp được về sau. "
    "Chỉ gộp khi đã hỏi và biết chắc là một hộ: người gửi đơn {gone} sẽ biết có đơn kia."
)
MERGE_TELLS = "Hộ gửi đơn đó sẽ nhận tin:\n\n———\n{words}\n———"
MERGE_TELLS_NOBODY = "Đơn giấy: anh chị báo hộ theo lời này:\n\n———\n{words}\n———"
MERGE_SEND = "Gộp"
COMPARE_AGAIN = "Xem lại hai đơn"
OPEN_CASE = "Mở đơn {code}"
MERGED = "Đã gộp đơn {gone} vào đơn {kept}."
KEPT_APART = "Đã ghi: đơn {one} và đơn {other} là hai hộ khác nhau."
UNMERGE = "Bỏ gộp"
UNMERGED = "Đã bỏ gộp. Đơn {code} trở lại như trước."
JOIN_AGAIN = "Bỏ ghi “hai hộ khác nhau” với {code}"
JOINED_AGAIN = "Đã bỏ ghi. Đơn {one} và đơn {other} lại được xem là có thể trùng."
UNDO = "Hoàn tác"

# What a household reads

TELL_MENDED = (
    "Dạ, cán bộ ở {unit} đã sửa đơn {code} của bà con:\n\n{lines}\n\n"
    "Chỗ nào chưa đúng, bà con gõ /suadon để sửa lại. Xem đơn: /hoso"
)
TELL_TAKEN = (
    "Dạ, cán bộ ở {unit} đã nhận đơn {code} của bà con.\n\n"
    "Bước tiếp theo: bà con làm giấy đề nghị chính thức tại Ủy ban {unit}, cán bộ hướng dẫn. "
    "Theo quy định, xã, phường xét hằng tháng, bắt đầu từ ngày 15. Xem đơn: /hoso"
)
TELL_RESUMED = "Dạ, cán bộ ở {unit} đã đủ thông tin và đang làm tiếp đơn {code} của bà con. Xem đơn: /hoso"
TELL_ASKED = (
    "Bà con ơi, cán bộ ở {unit} cần hỏi thêm về đơn {code}:\n\n“{question}”\n\nBà con gõ /hoso để trả lời giúp nhé. "
    "Đừng gửi số căn cước qua tin nhắn."
)
TELL_FILED = (
    "Dạ, cán bộ ở {unit} đã lập hồ sơ cho đơn {code} của bà con. Hồ sơ vào kỳ xét bắt đầu ngày {round}.\n\n"
    "Theo quy định, Chủ tịch Ủy ban {unit} quyết định trong 15 ngày kể từ ngày đó. "
    "Nếu không được công nhận, bà con nhận giấy trả lời có nêu lý do. "
    "Cán bộ ghi kết quả là tôi báo bà con ngay. Xem đơn: /hoso"
)
TELL_DONE = (
    "Dạ, đơn {code} của bà con đã có kết quả: quyết định số {decision}, ngày {on}, của Chủ tịch Ủy ban {unit}.\n\n"
    "Kết quả đầy đủ nằm trong quyết định đó. Chưa nhận được, bà con hỏi cán bộ ở Ủy ban {unit} nhé."
)
TELL_DECLINED = (
    "Bà con ơi, cán bộ ở {unit} không nhận đơn {code}. Lý do cán bộ ghi:\n\n“{reason}”\n\n"
    "Thấy chưa đúng hoặc chưa rõ, bà con gõ /hoicanbo để hỏi lại. "
    "Bà con vẫn nộp giấy đề nghị tại Ủy ban {unit} được, hoặc đăng ký lại: /dangky"
)
TELL_MERGED = (
    "Dạ, cán bộ ở {unit} thấy nhà mình có hai đơn nên gộp đơn {code} vào đơn kia. Bà con không phải làm lại gì cả; "
    "đơn kia vẫn được xem tiếp. Nếu đó không phải nhà mình, bà con gõ /hoicanbo để báo nhé."
)
TELL_UNMERGED = "Dạ, đơn {code} của bà con đã được tách ra, xem riêng như trước. Xem đơn: /hoso"

# /nhapdon

PAPER_START = (
    "Nhập đơn giấy cho {unit}. Mỗi tin một mục, hoặc nhiều mục liền nhau cách bằng dấu chấm phẩy (;). "
    "Gõ “lại” để sửa mục trước, /huy để bỏ."
)
PAPER_UNIT = "Đơn của xã, phường nào?"
PAPER_NONE = "-"
PAPER_ASK = MappingProxyType(
    {
        "head": "Họ tên chủ hộ?",
        "phone": "Số điện thoại liên lạc? Không có thì gõ -",
        "hamlet": "Thôn, ấp, khóm?",
        "standing": "Hiện nay: 1 hộ nghèo, 2 hộ cận nghèo, 3 hộ mới thoát nghèo?",
        "since": "Từ năm nào? Không rõ thì gõ -",
        "members": "Mấy nhân khẩu?",
        "workers": "Mấy người đang đi làm hoặc làm được việc? Không có ai thì gõ 0",
        "leaving": "Đăng ký thoát: 1 hộ nghèo, 2 hộ cận nghèo?",
        "year": "Năm đăng ký?",
        "needs": "Cần hỗ trợ gì? Gõ các số, ví dụ 1 3. Không có thì gõ -\n{needs}",
        "reason": "Lý do ghi trên đơn? Không có thì gõ -",
    }
)
PAPER_WRONG = MappingProxyType(
    {
        "head": "Họ tên gồm 2 đến 8 chữ, không có số.",
        "phone": "Số điện thoại chưa đúng. Gõ đủ 10 số, ví dụ 0912345678; không có thì gõ -",
        "hamlet": "Tên thôn, ấp cần có chữ hoặc số, tối đa 80 ký tự.",
        "standing": "Chỉ gõ 1, 2 hoặc 3.",
        "since": "Năm gồm 4 số, từ 1990 đến năm nay; không rõ thì gõ -",
        "members": "Số nhân khẩu từ 1 đến 30.",
        "workers": "Số lao động từ 0 đến số nhân khẩu.",
        "leaving": "Chỉ gõ 1 hoặc 2.",
        "year": "Năm đăng ký là năm nay hoặc một trong ba năm tới.",
        "needs": "Gõ các số trong danh sách, cách nhau bằng dấu cách; không có thì gõ -",
        "reason": "Lý do tối đa 1000 ký tự; không có thì gõ -",
    }
)
PAPER_IDENTITY = "Đừng nhập số căn cước. Bỏ số đó đi rồi gõ lại giúp tôi."
PAPER_REVIEW = "Xem lại đơn giấy:\n\n{form}\n\nĐúng thì chọn Ghi đơn. Sửa mục nào, chọn mục đó."
PAPER_CHOOSE = "Tôi chưa hiểu, đơn chưa ghi. Chọn một việc dưới đây."
PAPER_ALIKE = "Có thể trùng với đơn {codes}."
PAPER_FIX = "Sửa: {name}"
PAPER_NAMES = MappingProxyType(
    {
        "head": "họ tên",
        "phone": "điện thoại",
        "hamlet": "thôn, ấp",
        "standing": "diện hiện nay",
        "since": "từ năm",
        "members": "nhân khẩu",
        "workers": "lao động",
        "leaving": "đăng ký thoát",
        "year": "năm đăng ký",
        "needs": "cần hỗ trợ",
        "reason": "lý do",
    }
)
PAPER_SEND = "Ghi đơn"
PAPER_SENT = (
    "Đã ghi đơn giấy, mã {code}. Ghi mã này lên đơn giấy.\n\n"
    "Hộ muốn tự theo dõi trên điện thoại thì nhắn cho bot, trong 30 ngày: /xacnhan {secret}\n"
    "Bot hỏi thêm 3 số cuối điện thoại trong đơn; đơn không có điện thoại thì hỏi họ tên chủ hộ."
)
PAPER_NEXT = "Nhập đơn khác"
PAPER_DROPPED = "Đã bỏ đơn đang nhập. Chưa ghi gì."
PAPER_FOR_OFFICER = "Đơn giấy mới: {code} – {hamlet}. /choduyet"
PAPER_FOR_OFFICER_ALIKE = (
    "Đơn giấy mới {code}: {hamlet}, {area}. Có thể trùng với đơn đã có. So hai đơn: /choduyet {code}"
)

# /cauhoi

TICKETS = "Câu hỏi chờ trả lời: {count}, cũ nhất trước."
TICKETS_EMPTY = "Không có câu hỏi nào chờ. Cảm ơn anh chị."
TICKET_LINE = "{waited} · {question}"
TICKET = (
    "Câu hỏi gửi {at}, {unit}:\n\n“{question}”\n\nGõ câu trả lời. Người hỏi thấy tên vị trí, không thấy tên anh chị."
)
TICKET_GONE = "Câu hỏi này đã được trả lời hoặc không thuộc đơn vị của anh chị."
TICKET_SURE = "Người hỏi sẽ nhận đúng tin này:\n\n———\n{words}\n———\n\nGửi rồi không lấy lại được."
TICKET_SEND = "Gửi trả lời"
TICKET_SENT = "Đã gửi. Câu hỏi còn chờ: {count}."
NEXT_TICKET = "Câu kế tiếp"
ALL_TICKETS = "Danh sách câu hỏi"
TELL_ANSWER = "Cán bộ trả lời – {post}\n\nBà con hỏi: “{question}”\n\n{answer}\n\nHỏi thêm: /hoicanbo"
NEW_TICKET = "Có câu hỏi mới của người dân ({unit}). Xem: /cauhoi"

# "Hỏi cán bộ", for anybody

ASK_OFFICER = "Hỏi cán bộ"
ASK_WHAT = "Dạ, bà con muốn hỏi cán bộ điều gì? Bà con gõ câu hỏi giúp tôi."
ASK_AGAIN = "Câu hỏi dài quá {most} ký tự nên tôi chưa gửi. Bà con gõ ngắn lại giúp tôi nhé."
ASK_WORDS = "Tôi chưa thấy câu hỏi bằng chữ. Bà con gõ câu hỏi giúp tôi nhé."
ASK_IDENTITY = (
    "Trong câu có số giống số căn cước nên tôi không giữ và chưa gửi. Câu hỏi không cần số đó; "
    "bà con bỏ số đi rồi gõ lại giúp tôi nhé."
)
ASK_UNIT = "Bà con ở xã, phường nào? Tôi gửi đúng nơi. Ví dụ: phường Mỹ Xuyên, Cần Thơ."
ASK_UNIT_AGAIN = "Tôi chưa tìm ra xã, phường này. Bà con gõ tên xã và tỉnh giúp tôi, ví dụ: phường Mỹ Xuyên, Cần Thơ."
ASK_UNIT_WHICH = "Có phải nơi này không ạ?"
ASK_UNIT_NONE = "Không phải, gõ lại"
ASK_REVIEW = (
    "Tôi sẽ gửi đúng câu này tới {post}:\n\n“{question}”\n\nCán bộ không thấy tên và số máy của bà con, "
    "trừ khi bà con viết trong câu."
)
ASK_SEND = "Gửi"
ASK_EDIT = "Sửa câu hỏi"
ASK_ELSEWHERE = "Nơi khác"
ASK_SENT = (
    "Dạ, tôi đã chuyển câu hỏi tới {post}. Cán bộ trả lời, tôi nhắn lại ngay ở đây. "
    "Tôi không biết trước khi nào cán bộ trả lời; việc gấp, bà con đến thẳng Ủy ban xã, phường nhé."
)
ASK_NOBODY = (
    "Ở {unit} chưa có cán bộ nào nhận câu hỏi qua Chung Tay. Tôi không gửi được và không giữ câu hỏi. "
    "Bà con hỏi trực tiếp ở Ủy ban xã, phường nhé."
)
ASK_STOPPED = "Dạ, tôi không gửi gì cả. Bà con muốn hỏi gì tiếp cứ nhắn."

RAISED = "Đơn {code} ở {area} đã chờ {n} ngày làm việc mà chưa ai xử lý. Gõ /choduyet để xem."
