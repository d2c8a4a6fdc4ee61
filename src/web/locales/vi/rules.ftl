# Khung giờ bị hủy, dời hoặc nghỉ, trên trang giải thích.
rules-altered = Khung giờ được đổi riêng cho ngày này
rules-slot-of = Khung { $at } ({ $rule })
rules-slot-cancelled = được bỏ trong ngày này
rules-slot-moved = chuyển thành { $start } đến { $end }
rules-reason = Lý do: { $reason }.
rules-slot-silent = nằm trong thời gian loa nghỉ theo kế hoạch
rules-slot-mourning = nghỉ vì là ngày tang
rules-slot-tet = nghỉ vì là ngày Tết
rules-slot-holiday = nghỉ vì là ngày lễ
rules-other-topic = khung dành cho bản tin thuộc nội dung khác
rules-other-topic-help = Thêm nội dung của bản tin này vào quy tắc khung giờ, hoặc thêm khung.
rules-repeat-help = Đơn vị đặt khoảng cách tối thiểu giữa hai lượt cùng một bản tin; giảm mức ấy trong giờ được phép của đơn vị.
rules-slot-day-cap = Khung của quy tắc { $rule }: làm tổng thời lượng trong ngày quá mức cho phép.
