# Cả tuần của một đài.

nav-station-week = Cả tuần
station-week-title = Cả tuần
station-week-span = Tuần { $from } – { $to }
station-week-weeks = Chọn tuần
station-week-before = Tuần trước
station-week-this = Tuần này
station-week-after = Tuần sau
station-week-nothing = Ngày này không có mục nào.
station-week-not-yet = Chưa có lịch của ngày này.
station-week-issued = Lịch bản { $version }, ban hành { $at }.
station-week-open = Mở ngày này
station-week-sheet = Phiếu lịch ngày này
station-week-why = Hỏi vì sao phát, vì sao không
station-week-item-why = Vì sao?

weekday-mini-1 = T2
weekday-mini-2 = T3
weekday-mini-3 = T4
weekday-mini-4 = T5
weekday-mini-5 = T6
weekday-mini-6 = T7
weekday-mini-7 = CN
