# Mục phát quá giờ kết thúc của khung.
kq-label = Khi một mục sẽ lấn quá giờ kết thúc của khung
kq-hint = bắt đầu trễ hoặc dài hơn dự kiến; không áp dụng cho tiếp âm
kq-none = Để phát hết (như trước nay)
kq-cut = Cắt khi hết khung
kq-fade = Nhỏ dần rồi tắt khi hết khung
kq-push = Cho phát hết và đẩy lùi phần sau, trong giờ và mức được phép
kq-drop = Không bắt đầu nếu không kịp kết thúc
kg-error-overrun = Chọn một cách xử lý có trong danh sách.
