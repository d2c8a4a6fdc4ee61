### Lệnh phát khẩn cấp trên trang của người trực đài

outcome-urgent = Khẩn cấp
alarm-now = Khẩn cấp: phát ngay!
alarm-device = Khẩn cấp: thiết bị tự phát
alarm-past = Khẩn cấp: đã phát chưa?
alarm-reason = Lý do: { $reason }
alarm-until = Bắt đầu phát trước { $at }
alarm-over = Lệnh hết hạn lúc { $at }
alarm-by = { $by } ra lệnh, { $other } xác nhận
alarm-row = Khẩn cấp, ngoài lịch: { $reason }
alarm-elsewhere = Có lệnh phát khẩn cấp cho { $station }.
alarm-open = Mở để phát và xác nhận
alarm-order = Lệnh khẩn cấp
alarm-order-line = { $by } ra lệnh, { $other } xác nhận: { $reason }
sum-urgent = Khẩn cấp, không tính
flash-urgent-not-ended = Bản tin khẩn cấp chưa thể phát xong. Xác nhận sau khi phát hết; chưa ghi gì.

### Bất khả kháng

force-day = Bất khả kháng từ { $from } đến trước { $until }: { $reason }. Lượt phải phát trong lúc này không cần xác nhận và không tính là không phát.
