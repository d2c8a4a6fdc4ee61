# Lời mời phát: tin thông thường mời xã phát, và thứ tự tin ưu tiên.

nav-offers = Lời mời
offers-title = Lời mời phát
offers-standing-accept = Tin thông thường do xã quyết định. Lời mời chưa trả lời thì vẫn phát.
offers-standing-decline = Tin thông thường do xã quyết định. Lời mời chưa trả lời thì không phát.
offers-fixed = Mỗi mục được chốt { $n } phút trước giờ phát.
offers-none = Không có lời mời nào.
offers-open-airs = Chưa trả lời: sẽ phát
offers-open-not = Chưa trả lời: sẽ không phát
offers-next = Lần phát tới: { $next }. Chốt lúc { $fixed }.
offers-accept = Nhận phát
offers-move = Đổi buổi
offers-move-to = Phát vào buổi
offers-move-go = Chuyển sang buổi này
offers-decline = Từ chối
offers-reason = Lý do
offers-decline-go = Không phát tin này
offers-accepted = Đã nhận phát
offers-declined = Đã từ chối
offers-declined-why = Đã từ chối: { $reason }
offers-moved = Đã chuyển: { $dayparts }
offers-first = Khi tin ưu tiên gặp nhau
offers-first-why = Tin ưu tiên của xã và của tỉnh cùng một khung giờ thì xã chọn tin nào phát trước.
offers-no-clash = Sắp tới không có khung nào gặp nhau.
offers-own-first = Đang chọn: tin của xã trước
offers-province-first = Đang chọn: tin của tỉnh trước
offers-put-own = Cho tin của xã trước
offers-put-province = Cho tin của tỉnh trước

flash-offer-answered = Đã ghi câu trả lời. Lịch đổi theo trong giây lát.
flash-offer-same = Câu trả lời này đã được ghi từ trước.
flash-offer-no-reason = Hãy ghi lý do từ chối.
flash-own-first-kept = Đã ghi thứ tự. Lịch đổi theo trong giây lát.
act-offer-answered = trả lời lời mời phát
act-own-first = chọn thứ tự tin ưu tiên
