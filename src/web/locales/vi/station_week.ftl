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
station-week-why = Vì sao có, vì sao không
