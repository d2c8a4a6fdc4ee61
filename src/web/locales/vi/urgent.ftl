### Phát khẩn cấp

cause-urgent = nhường cho bản tin khẩn cấp
cause-expired = lệnh khẩn cấp đã quá hạn 10 phút
act-urgent-asked = đề nghị phát khẩn cấp
act-urgent-confirmed = xác nhận phát khẩn cấp
act-urgent-refused = không đồng ý phát khẩn cấp
act-duty-given = phân công trực
act-duty-ended = thôi phân công trực
