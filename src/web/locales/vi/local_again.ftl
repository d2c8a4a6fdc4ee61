### Rút tin của xã, gửi lại, chủ đề

local-topic = Chủ đề
local-take-back = Rút lại
local-file-kept = Không chọn tệp thì dùng lại tệp đã gửi: { $file }.
flash-local-taken-back = Đã rút lại. Giờ giữ cho tin này được trả lại; sửa rồi gửi lại lúc nào cũng được.
flash-local-sent-again = Tin này đã được gửi lại từ trước rồi, không gửi thêm lần nữa.
flash-local-decided-before = Chưa rút được: người duyệt đã trả lời tin này rồi.
act-local-taken-back = rút tin của xã đang chờ duyệt
