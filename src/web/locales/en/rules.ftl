# Slots that were cancelled, moved or silenced, on the page that explains.
rules-altered = Slots changed for this day
rules-slot-of = The slot of { $at } ({ $rule })
rules-slot-cancelled = is left out this day
rules-slot-moved = is from { $start } to { $end } instead
rules-reason = Reason: { $reason }.
