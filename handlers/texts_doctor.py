"""
Every sentence of `python -m bot doctor`, to the person who runs the bot.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STATES: Mapping[str, str] = MappingProxyType({"fine": "tốt", "note": "lưu ý", "wrong": "HỎNG", "off": "tắt"})
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "settings": "Cài đặt",
        "secrets": "Tệp bí mật",
        "key": "Khóa",
        "database": "Cơ sở dữ liệu",
        "schema": "Lược đồ",
        "outbox": "Tin chờ gửi",
        "disk": "Ổ đĩa",
        "clock": "Đồng hồ",
        "plans": "Kế hoạch",
        "bot": "Bot",
        "public": "Địa chỉ công khai",
        "telegram": "Telegram",
        "telegram_webhook": "Telegram gọi đến",
        "zalo_bot": "Zalo Bot",
        "zalo_bot_webhook": "Zalo Bot gọi đến",
        "zalo_oa": "Zalo OA",
        "zalo_oa_token": "Quyền gửi của OA",
    }
)
TO_DO = "Cần làm: {do}"
REHEARSED = "Phần này mới thử với máy chủ giả của dự án, chưa thử với máy chủ thật."
ALL_WELL = "Không có chỗ nào hỏng. Cần lưu ý: {notes}."
NOT_WELL = "Hỏng: {wrong}. Cần lưu ý: {notes}."

SETTINGS_READ = "đọc được."
SETTINGS_FIX = "sửa trong .env hoặc biến môi trường, rồi chạy lại lệnh này. Các phần khác chưa xem."
SECRETS_SHUT = "chỉ chủ tệp đọc được: {files}."
SECRETS_NONE = "không có tệp .env hay tệp khóa trong thư mục này."
SECRETS_OPEN = "người khác trên máy này đọc được {files}."

KEY_OPENS = "mở được những gì đã niêm phong."
KEY_SET = "đúng dạng."
KEY_TO_BE_MADE = "chưa có; serve sẽ tạo một tệp khóa cạnh tệp SQLite."
KEY_DO = (
    "bot mới cài thì in khóa bằng python -m bot key. Bot đã có dữ liệu thì đặt lại đúng khóa cũ vào DATA_KEY (hoặc "
    "tệp .key): khóa mới không mở được gì. Mất khóa: xem docs/operations.md."
)

DATABASE_OPENS = "{database} mở được{whole}."
DATABASE_WHOLE = ", không bị hư"
DATABASE_TO_BE_MADE = "chưa có tệp {file}; serve sẽ tạo."
DATABASE_IN_MEMORY = "nằm trong bộ nhớ, tắt bot là mất hết."
DATABASE_MEMORY_DO = "đặt DATABASE_URL thành một tệp SQLite hoặc PostgreSQL."
DATABASE_AWAY = "không mở được ({error})."
DATABASE_URL_DO = "sửa DATABASE_URL trong .env hoặc biến môi trường."
DATABASE_SHUT = "người đang chạy lệnh này không ghi được vào {files}."
DATABASE_SHUT_DO = (
    "chạy lệnh này bằng đúng người chạy bot; vẫn thế thì cho người ấy quyền ghi (chown), hoặc gắn lại ổ đĩa cho ghi."
)
DATABASE_DAMAGED = "tệp SQLite bị hư: {found}."
DATABASE_DAMAGED_DO = "dừng bot, cất tệp hỏng đi, rồi khôi phục bản sao lưu gần nhất (python -m bot restore)."
NO_FOLDER = "không có thư mục {folder}."
NO_FOLDER_DO = "tạo thư mục đó, gắn lại ổ đĩa, hoặc sửa DATABASE_URL."
SCHEMA_NEWEST = "mới nhất ({revision})."
SCHEMA_TO_BE_MADE = "chưa có bảng nào; serve sẽ tạo khi khởi động."
SCHEMA_BEHIND = "đang là {revision}, chương trình này cần {newest}."
SCHEMA_DO = (
    "sao lưu, rồi chạy python -m bot migrate. Nếu lược đồ mới hơn chương trình thì cài lại bản chương trình mới."
)

OUTBOX_MOVES = "không có tin nào chờ quá {minutes} phút."
OUTBOX_STUCK = "{channel}: {count} tin chờ gửi, tin cũ nhất từ {oldest:%H:%M %d/%m/%Y}."
OUTBOX_STUCK_DO = "xem kênh này ở dưới, và python -m bot outbox."

DISK_FREE = "còn trống {free} ở {folder}."
DISK_DO = "dọn bớt hoặc thêm ổ đĩa; đầy ổ thì bot không ghi được tin nào."
CLOCK_RIGHT = "đúng; giờ Việt Nam là {now:%H:%M %d/%m/%Y}{compared}."
CLOCK_COMPARED = ", lệch {seconds} giây so với {server}"
CLOCK_ALONE = ", chưa so được với máy nào"
CLOCK_WRONG = "giờ máy này là {now:%H:%M %d/%m/%Y}, không thể đúng."
CLOCK_OFF = "lệch {seconds} giây so với {server}."
CLOCK_DO = "bật đồng bộ giờ (timedatectl set-ntp true); giờ sai thì nhắc hạn sai ngày."
ZONE_WRONG = "dữ liệu múi giờ Asia/Ho_Chi_Minh sai: lệch UTC {offset}."
ZONE_DO = "cài lại thư viện theo requirements.txt (có tzdata)."
PLANS_READ = "{count} kế hoạch: {places}."
PLANS_DO = "chạy python -m knowledge check, sửa tệp kế hoạch được nêu tên."
PLANS_NONE = "không có kế hoạch nào."

BOT_RUNS = "đang chạy ở {url}, mọi phần đang làm việc."
BOT_UNWELL = "đang chạy ở {url} nhưng chưa sẵn sàng: {wrong}."
BOT_UNWELL_DO = "xem từng mục trong docs/operations.md, phần cảnh báo; chưa rõ thì khởi động lại bot."
BOT_OFF = "chưa chạy ở {url}; chạy bằng: python -m bot serve"
BOT_OTHER = "cổng của {url} đang do chương trình khác dùng."
BOT_OTHER_DO = "dừng chương trình đó, hoặc đặt WEB_PORT khác."
PUBLIC_NONE = "chưa đặt PUBLIC_URL: chỉ máy này vào được trang web, các kênh được hỏi tin."
PUBLIC_REACHED = "{url} dẫn đến bot."
PUBLIC_LATER = "{url} chưa xem được vì bot chưa chạy."
PUBLIC_LOST = "{url} không dẫn đến bot ({why})."
PUBLIC_DO = "xem tên miền, chứng chỉ và proxy; proxy phải chuyển tiếp về {local}."
PUBLIC_PLAIN = "{url} không phải https; người đi đường đọc được, Telegram và Zalo không gọi đến."
PUBLIC_PLAIN_DO = "đặt proxy có HTTPS ở trước, xem docs/operations.md."

CHANNEL_OFF = "chưa bật (chưa đặt {setting})."
CODE_TAKEN = "{server} nhận mã của bot{who}."
CODE_REFUSED = "{server} không nhận mã trong {setting}."
CODE_DO = "chép lại mã từ nơi tạo bot ({where}) vào .env; xem cả {url}."
UNREACHABLE = "không liên lạc được với {server} ({why})."
UNREACHABLE_DO = "xem mạng, tường lửa, proxy của máy này, và {url}. Telegram có khi bị nhà mạng chặn."
STRANGE = "{server} trả lời lạ (HTTP {status})."
STRANGE_DO = "chờ ít phút rồi chạy lại lệnh này; xem {url} có đúng địa chỉ không."
HOOK_RIGHT = "gọi đến {url}."
HOOK_NONE = "không đặt, đúng như cần: bot hỏi tin."
HOOK_LATER = "chưa đặt; serve sẽ đặt {url} khi khởi động."
HOOK_ELSEWHERE = "đang gọi đến {found}; serve sẽ đổi thành {url} khi khởi động."
HOOK_TO_GO = "đang gọi đến {found}; serve sẽ gỡ đi khi khởi động, vì bot hỏi tin."
HOOK_ELSEWHERE_DO = "nếu {found} là bot đang chạy ở máy khác thì đừng chạy thêm bot này, hoặc cấp mã mới cho nó."
HOOK_LOST = "đang gọi đến {found}, lẽ ra là {url}."
HOOK_LOST_DO = "khởi động lại bot. Nếu lại như thế thì có máy khác dùng chung mã này: dừng máy đó hoặc cấp mã mới."
HOOK_IN_THE_WAY = "đang gọi đến {found}, nên bot không hỏi tin được."
HOOK_NOWHERE = "không đâu cả"
HOOK_UNASKED = "chưa hỏi được."
HOOK_ERROR = "gọi đến {url}, lần hỏng gần nhất lúc {at:%H:%M %d/%m/%Y}: {error}"
HOOK_ERROR_DO = "xem địa chỉ công khai ở trên, và nhật ký của proxy."
OA_REACHED = "liên lạc được với {servers}. Webhook phải đặt bằng tay: {url}."
OA_GOOD = "Zalo nhận{who}; còn hạn đến {until:%H:%M %d/%m/%Y}, bot tự gia hạn."
OA_UNASKED = "còn hạn đến {until:%H:%M %d/%m/%Y}, nhưng chưa hỏi được Zalo có nhận không."
OA_REFUSED = "Zalo không nhận (mã lỗi {code})."
OA_REFUSED_DO = (
    "chạy bot, ít phút sau chạy lại lệnh này: bot tự gia hạn. Vẫn thế thì để chủ OA cấp quyền lại, đặt "
    "ZALO_OA_REFRESH_TOKEN mới rồi khởi động lại; mã lỗi nghĩa là gì: xem docs/zalo.md."
)
OA_NOT_GRANTED = "bot đang chạy mà chưa đổi được ZALO_OA_REFRESH_TOKEN lấy mã gửi."
OA_NOT_GRANTED_DO = (
    "bot vừa khởi động thì chờ một phút. Không thì mã ấy chưa được cấp, đã dùng rồi, hoặc sai ZALO_OA_APP_ID, "
    "ZALO_OA_APP_SECRET: để chủ OA cấp quyền lại, đặt mã mới rồi khởi động lại; xem docs/zalo.md."
)
OA_FRESH = "chưa đổi ZALO_OA_REFRESH_TOKEN lấy mã gửi; serve sẽ đổi khi khởi động."
OA_EXPIRED = "đã hết hạn lúc {until:%H:%M %d/%m/%Y}."
OA_EXPIRED_DO = "để chủ OA cấp quyền lại, đặt ZALO_OA_REFRESH_TOKEN mới rồi khởi động lại; xem docs/zalo.md."
OA_LATER = "đã hết hạn lúc {until:%H:%M %d/%m/%Y} khi bot tắt; serve sẽ gia hạn khi khởi động."
OA_UNKNOWN = "chưa xem được vì chưa mở được cơ sở dữ liệu."
