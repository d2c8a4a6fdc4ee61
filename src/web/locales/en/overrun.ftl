# What would pass its slot's end.
kq-label = When an item would run past its slot's end
kq-hint = begun late, or longer than planned; not for relay
kq-none = Let it end (as until now)
kq-cut = Cut it off when the slot ends
kq-fade = Fade it out as the slot ends
kq-push = Let it end and push what follows, within permitted hours and caps
kq-drop = Do not begin what cannot end in time
kg-error-overrun = Choose one from the list.
