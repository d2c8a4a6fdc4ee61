# Khung giờ bị hủy, dời hoặc nghỉ, trên trang giải thích.
rules-altered = Khung giờ được đổi riêng cho ngày này
rules-slot-of = Khung { $at } ({ $rule })
rules-slot-cancelled = được bỏ trong ngày này
rules-slot-moved = chuyển thành { $start } đến { $end }
rules-reason = Lý do: { $reason }.
