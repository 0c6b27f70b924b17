"""
Every sentence about deadlines and reminders, to officers. Dates are dd/mm/yyyy with the day of the week.
"""

from __future__ import annotations

from types import MappingProxyType

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
DAY = "{day:%d/%m/%Y} ({weekday})"

# The digest of a morning

GREETING = "Chào anh chị, {post}."
BRIEF = "{n} việc cần nộp, hạn gần nhất {day}"
LEFT = "Còn {days} ngày: {title}."
TODAY = "Hôm nay là ngày cuối: {title}."
LEFT_WORKING = "Còn {days} ngày đến ngày làm việc cuối: {title}."
TODAY_WORKING = "Hôm nay là ngày làm việc cuối: {title}."
LATE = "Đã quá hạn {days} ngày: {title}."
LAST_DAY = "Hạn cuối: hết ngày {day}."
AIM = "Hạn cuối: hết ngày {day}, là ngày nghỉ. Ngày làm việc cuối trước đó: {aim}."
TO_WHOM = "Gửi về: {to_whom}."
BASIS = "Áp dụng tiếp theo: {basis}."
QUOTE = "Kế hoạch ghi: “{quote}”"
UP = "Chưa thấy báo đã nộp, nên tôi nhắc thêm anh chị."
DONE = "Đã nộp"
DONE_ONE = "Đã nộp: {title}"
LATER = "Nhắc lại sau"
LATER_ONE = "Nhắc lại sau: {title}"
ALL = "Xem các hạn"

# Done

ABOUT = "{title}, hạn {day}."
ASK_NUMBER = (
    "Số văn bản đã nộp là gì? Ví dụ: 45/BC-UBND. Trên Telegram, anh chị gửi tệp hoặc ảnh văn bản cũng được. "
    "Không có thì chọn “Bỏ qua”."
)
GOT_FILE = "Đã nhận tệp. Số văn bản là gì? Không có thì chọn “Bỏ qua”."
WHICH_ONE = "Việc nào?"
WHOSE_FILE = "Tệp này là văn bản đã nộp của việc nào?"
NO_FILE = "Không phải văn bản đã nộp"
NOT_YET = "Dạ, việc chưa nộp thì tôi nhắc tiếp theo lịch."
NOTHING_OPEN = "Hiện anh chị không có việc nào chờ nộp."
DONE_LAST = "Đã nộp gần nhất: {title}, hạn {day}{number}, báo lúc {at}."
COMES_NEXT = "Hạn sắp tới: {title}, {day}."
SKIP = "Bỏ qua"
NOT_A_NUMBER = "Chưa ghi đã nộp. Số văn bản gõ như 45/BC-UBND, tối đa 64 ký tự. Gõ lại giúp tôi, hoặc chọn “Bỏ qua”."
NOTED = "Đã ghi: {title}, hạn {day}, đơn vị đã nộp{number}. Tôi thôi nhắc việc này cho kỳ này."
NUMBER = ", văn bản số {number}"
WITH_FILE = ", có tệp"
FILE_NAME = "van-ban"
FILE_FOLLOWS = "Tệp kèm theo ở dưới."
FILE_ELSEWHERE = "Tệp gửi ở ứng dụng khác nên không chuyển đến đây được; anh chị hỏi đơn vị giúp tôi."
HAS_FILE = "{number} (có tệp)"
UNDO = "Bấm nhầm, chưa nộp"
UNDONE = "Đã bỏ ghi “đã nộp”. Tôi nhắc tiếp theo lịch."
DONE_BEFORE = "Việc này đã được ghi là đã nộp{number}, lúc {at}, bởi {by}."
TELL_RECEIVER = "{unit} báo đã nộp: {title}, hạn {day}{number}. Xem cả danh sách: /tiendo"
TELL_TAKEN_BACK = "{unit} báo chưa nộp, bấm nhầm trước đó: {title}, hạn {day}."
GONE = "Việc này không còn phải nhắc, hoặc không thuộc vị trí của anh chị. Gõ /han để xem các hạn."

# Later

ASK_LATER = "Nhắc lại khi nào?"
IN_AN_HOUR = "1 giờ nữa"
TOMORROW = "Sáng mai"
IN_THREE_DAYS = "3 ngày nữa"
PUT_OFF = "Tôi sẽ nhắc lại lúc {at}."

# Asked in words

UNTIL_THEN = "Từ hôm nay đến ngày đó còn {days} ngày."
THAT_IS_TODAY = "Đó là hôm nay."
PASSED = "Hạn năm nay, ngày {day}, đã qua {days} ngày."
NO_DAY_STATED = "Kế hoạch không nêu ngày cụ thể cho việc này."
RECEIVED = "Các đơn vị gửi về {post}:"
SEE_BOARD = "Xem tiến độ các đơn vị"
OF_PLANS = "Hạn mà kế hoạch nêu ngày:"
NONE_THEN = "Trong thời gian đó không có hạn nào. Hạn gần nhất:"
NO_DAYS_HERE = "Kế hoạch của {place} không nêu ngày cụ thể cho việc nào sắp tới."
NO_DAYS = "Tôi không thấy hạn nào sắp tới trong các kế hoạch."

# /han

NONE_OWED = "Vị trí của anh chị chưa có hạn nào đang được nhắc. Tự đặt một hạn: /nhac"
OWED = "Các hạn của {post}:"
LINE = "• {day}: {title}. {state}"
STATE_LEFT = "Còn {days} ngày"
STATE_TODAY = "Hôm nay"
STATE_LEFT_WORKING = "Còn {days} ngày đến ngày làm việc cuối, {aim}"
STATE_TODAY_WORKING = "Hôm nay là ngày làm việc cuối"
STATE_LATE = "Quá hạn {days} ngày"
STATE_DONE = "Đã nộp"
STATE_OFF = "đã tắt nhắc"
UNDATED = "Việc kế hoạch giao nhưng không nêu ngày:"
UNDATED_LINE = "• {title} ({path})"
DATED_LABEL = "{day:%d/%m/%Y}: {title}"
UNDATED_LABEL = "{title} ({path})"
NO_DAY_NAMED = "Kế hoạch không nêu ngày, nên tôi không nhắc việc này."
WHO_CHANGES = (
    "Hạn anh chị tự đặt: chọn hạn đó rồi “Xóa hạn này”, đặt lại bằng /nhac. "
    "Hạn của kế hoạch do nơi nhận báo cáo đổi theo văn bản."
)
SET_OWN = "Tự đặt một hạn"
CALENDAR = "Tải lịch"
CALENDAR_IS = (
    "Đây là lịch các hạn còn phải nộp, mở bằng ứng dụng lịch trên máy. "
    "Lịch không tự cập nhật: khi hạn đổi, anh chị tải lại giúp tôi."
)

# A calendar that fetches

FEED = "Lịch trên máy"
FEED_IS = (
    "Địa chỉ lịch của anh chị:\n{address}\n\n"
    "Mở ứng dụng lịch, chọn thêm lịch theo địa chỉ (URL), rồi dán địa chỉ này vào. Hạn đổi thì lịch tự đổi theo.\n"
    "Ai có địa chỉ đều xem được các hạn, anh chị đừng chuyển cho người khác. Địa chỉ cũ, nếu có, đã thôi dùng."
)
FEED_OFF = "Thôi dùng địa chỉ này"
FEED_ENDED = "Địa chỉ lịch đã thôi dùng. Cần lịch mới: /nhac"
NO_FEED = "Ở đây chưa có địa chỉ lịch. Anh chị gõ /han rồi chọn “Tải lịch” giúp tôi."

# /nhac

ASK_OWN = "Anh chị muốn được nhắc việc gì, trước ngày nào? Gõ một câu.\nVí dụ: nộp danh sách trước 15/12, mỗi năm"
NO_TITLE = "Tôi chưa rõ là việc gì. Gõ việc đó giúp tôi, ví dụ: nộp danh sách"
NO_DAY = "Tôi chưa rõ ngày nào. Gõ ngày giúp tôi, ví dụ: 15/12, hoặc trước 15/12 mỗi năm"
LUNAR = "Ngày âm lịch mỗi năm rơi vào ngày khác nhau. Gõ giúp tôi ngày dương lịch, ví dụ: 15/12"
NO_SUCH_DAY = "Không có ngày đó trong lịch. Gõ lại giúp tôi, ví dụ: 15/12"
WHICH_DAY = (
    "Vào thứ mấy, ngày nào? Gõ cả câu, ví dụ: họp tổ thứ sáu hằng tuần; nộp báo cáo ngày 20 tháng cuối mỗi quý"
)
TOO_OFTEN = "Tôi không nhắc việc làm mỗi ngày. Gõ lại giúp tôi, ví dụ: họp tổ thứ sáu hằng tuần"
PAST = "Ngày {day} đã qua. Gõ lại với ngày sắp tới, hoặc thêm “mỗi năm”."
TITLE_TOO_LONG = "Câu này dài quá. Viết việc cần nhắc trong 200 ký tự giúp tôi."
ECHO = "Tôi hiểu là:\nViệc: {title}\nNgày cuối: {day}"
STEPS = "Tôi nhắc trước {days} ngày và ngày cuối, lúc 8 giờ sáng."
STEPS_LAST = "Tôi nhắc vào ngày cuối."
ONCE, YEARLY, QUARTERLY, MONTHLY, WEEKLY = "Một lần.", "Mỗi năm.", "Mỗi quý.", "Mỗi tháng.", "Mỗi tuần."
SAVE = "Đúng, đặt nhắc"
AGAIN = "Gõ lại"
NO = "Thôi"
CHOOSE_OWN = "Đúng thì gõ “đúng”, chưa đúng thì gõ lại ngày hoặc cả câu."
SAVED = "Đã đặt. Xem các hạn: /han"
NOT_SAVED = "Chưa đặt nhắc nào."
END_OWN = "Xóa hạn này"
ENDED_TOLD = "Hạn đã xóa (ngày {old}). Tôi không nhắc việc này nữa."
ENDED_OWN = "Đã xóa hạn “{title}”. Tôi không nhắc nữa."

# On and off

STOP = "Tắt nhắc việc này"
START = "Bật lại nhắc"
EARLY = "Nhắc tôi từ sớm"
REMIND_OF = "Nhắc tôi: {title}"
WATCH = "Nhắc cả tôi"
STOPPED = "Đã tắt nhắc “{title}” cho vị trí {post}. Hạn vẫn còn, chỉ là tôi không nhắc."
STARTED = "Tôi sẽ nhắc anh chị việc “{title}”, từ trước hạn 30 ngày."

HUSHED = "Hạn nộp của đơn vị tôi cũng không nhắc anh chị nữa; nếu có cấp phó, tôi nhắc người đó. Nhận lại: /nhac"
HUSHED_NOW = "Anh chị đang tắt mọi tin nhắc. Nhận lại: /nhac"
HEARD_AGAIN = "Tôi nhắc anh chị lại từ bây giờ."

# In charge

MOVE = "Đổi ngày"
END = "Dừng hẳn"
ASK_DAY = "Ngày cuối mới là ngày nào? Ví dụ: trước 01/12, mỗi năm"
ASK_BASIS = "Theo văn bản nào? Gõ số, ngày và cơ quan ban hành."
BASIS_SHAPE = "Gõ văn bản làm căn cứ, từ 5 đến 200 ký tự, có chữ số. Ví dụ: Công văn 12/SNV-TĐKT ngày 05/01/2026"
RULE_SURE = (
    "{title}\n{change}\nCăn cứ: {basis}\n\nNhững người đã được nhắc sẽ được báo; ban đêm thì báo lúc 8 giờ sáng."
)
CHOOSE_RULING = "Chưa ghi gì. Việc này báo cho nhiều người, nên anh chị chọn rõ “Đúng, ghi lại” hoặc “Thôi”."
SAVE_RULE = "Đúng, ghi lại"
ONLY_ONCE = "Chỉ kỳ này: từ kỳ sau tôi không nhắc việc này nữa. Muốn nhắc đều thì chọn “Thôi”, gõ lại có “mỗi năm”."
MOVED_TO = "Ngày cuối: {day}"
ENDS = "Dừng nhắc hẳn."
RULED = "Đã ghi. Ai đã được nhắc theo ngày cũ thì được báo; ban đêm thì báo lúc 8 giờ sáng."
TELL_MOVED = "Hạn đã đổi: {title}.\nHạn cũ: {old}. Hạn mới: {day}.\nCăn cứ: {basis}."
TELL_ENDED = "Hạn đã dừng: {title} (hạn {old}). Căn cứ: {basis}. Tôi không nhắc việc này nữa."

# /tiendo

NO_BOARD = "Vị trí của anh chị không nhận báo cáo nào đang được nhắc."
WHICH_BOARD = "Xem tiến độ của việc nào, hoặc đặt ngày cho việc chưa có ngày?"
GIVE_DAY = "Đặt ngày: {title}"
BOARD = "{title}\nHạn {day}. {done} trong {all} đơn vị đã nộp."
BOARD_DONE = "Đã nộp ({count}):"
BOARD_OPEN = "Chưa nộp ({count}):"
BOARD_LOST = "Chưa nhắc được, vì chưa có người nhận việc hoặc đã chặn tin ({count}):"
BOARD_DONE_LINE = "• {name}{number}, {at}"
BOARD_LINE = "• {name}"
AND_MORE = "• … và {count} đơn vị nữa, xem trong tệp"
TABLE = "Tải bảng .xlsx"
PICTURE = "Xem hình"
LOG = "Tải nhật ký nhắc"
NUDGE = "Nhắc các đơn vị chưa nộp"
NUDGED = "Đã nhắc {count} đơn vị."
NUDGED_BY_NIGHT = "Bây giờ là ban đêm: 8 giờ sáng tôi nhắc {count} đơn vị."
NUDGED_TODAY = "Hôm nay đã nhắc rồi. Mai mới nhắc được lần nữa."
NUDGE_TEXT = "{post} hỏi: đơn vị mình đã nộp chưa?\n{title}, hạn {day}."
HERE_IS = "Đây là {what} của “{title}”."
WHAT = MappingProxyType({"xlsx": "bảng tiến độ", "png": "hình tiến độ", "log": "nhật ký nhắc"})
STEP_BEFORE = "trước {days} ngày"
STEP_LAST = "ngày cuối"
STEP_LATE = "quá hạn {days} ngày"
STEP_NUDGED = "nơi nhận hỏi"
STEP_ASKED = "hẹn nhắc lại"
