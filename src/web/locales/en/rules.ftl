# Slots that were cancelled, moved or silenced, on the page that explains.
rules-altered = Slots changed for this day
rules-slot-of = The slot of { $at } ({ $rule })
rules-slot-cancelled = is left out this day
rules-slot-moved = is from { $start } to { $end } instead
rules-reason = Reason: { $reason }.
rules-slot-silent = lies in a planned silence
rules-slot-mourning = rests, because it is a day of mourning
rules-slot-tet = rests, because it is Tết
rules-slot-holiday = rests, because it is a holiday
rules-other-topic = kept for bulletins on other topics
rules-other-topic-help = Add this bulletin’s topic to the slot rule, or add a slot.
rules-repeat-help = The unit keeps repeats of one bulletin further apart; lower that figure in its guard.
rules-slot-day-cap = Slot of rule { $rule }: makes more sound in a day than is allowed.
