cause-stopped = a stop order was in force
