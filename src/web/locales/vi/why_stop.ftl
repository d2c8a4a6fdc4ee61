# Lệnh dừng loa trên trang giải thích.
why-left-stopped = Yêu cầu { $order } không phát vì lệnh dừng loa đang có hiệu lực. Gỡ lệnh dừng thì yêu cầu được xếp lại.
