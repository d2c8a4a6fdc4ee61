# Stop orders on the page that explains.
why-left-stopped = Order { $order } does not air because a stop order is in force. Lift it and the order is planned again.
