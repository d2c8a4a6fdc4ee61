cause-stopped = có lệnh dừng loa
