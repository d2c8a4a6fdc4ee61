### Urgent orders on operators' pages

outcome-urgent = Urgent
alarm-now = Urgent: play now!
alarm-device = Urgent: the device plays it
alarm-past = Urgent: was it aired?
alarm-reason = Reason: { $reason }
alarm-until = Begin before { $at }
alarm-over = The order expired at { $at }
alarm-by = Ordered by { $by }, confirmed by { $other }
alarm-row = Urgent, beside the plan: { $reason }
alarm-elsewhere = There is an urgent order for { $station }.
alarm-open = Open to play and confirm
alarm-order = Urgent order
alarm-order-line = Ordered by { $by }, confirmed by { $other }: { $reason }
sum-urgent = Urgent, not counted
flash-urgent-not-ended = The urgent bulletin cannot have ended yet. Confirm after all of it was played; nothing was kept.

### Force majeure

force-day = Force majeure from { $from } until { $until }: { $reason }. What was to air then needs no confirmation and counts as no miss.
