# Hôm nay khi không có mạng: bản lưu trên điện thoại, xác nhận chờ gửi. Dấu # là số lượng, do trang điền vào.

phone-copy = Bản lưu lúc { $at }, không có mạng. Lịch có thể đã đổi; xác nhận vẫn ghi được và sẽ gửi khi có mạng.
phone-kept = Trang này đã lưu trên máy, mở được khi không có mạng.
phone-waiting = Xác nhận đang chờ gửi: #.
phone-one-waiting = đang chờ gửi
phone-one-sent = đã gửi
phone-sent = Đã gửi # xác nhận chờ; máy chủ đã ghi.
phone-sending = Đang gửi…
phone-offline = Chưa có mạng, sẽ tự gửi khi có mạng.
phone-log-in = Hãy đăng nhập lại để gửi.
phone-other = Người đang đăng nhập không phải người đã ghi; hãy đăng nhập lại bằng tên của mình để gửi.
phone-others = Trên máy này còn xác nhận chưa gửi của người khác: #. Chỉ gửi khi chính người đó đăng nhập.
phone-way = Đăng nhập lại
phone-refused = Máy chủ không ghi:
phone-drop = Bỏ, không gửi
phone-seen = Đã đọc, bỏ khỏi danh sách
phone-leave = Còn xác nhận chưa gửi: #. Chúng ở lại trên máy này và chỉ gửi khi bạn đăng nhập lại. Bấm Đăng xuất lần nữa để thoát.
phone-login = Trên máy này còn xác nhận chưa gửi: #. Người đã ghi hãy đăng nhập để gửi.

flash-spoken-since = Sau khi trang của bạn được tải, người khác đã xác nhận hoặc hoàn tác lượt này. Chưa ghi gì; hãy xem lại rồi xác nhận nếu vẫn cần.

offline-title = Không có mạng
offline-text = Trang này chưa được lưu trên máy. Lịch hôm nay của đài mở được nếu máy này đã mở nó khi có mạng.
offline-open = Mở lịch hôm nay
