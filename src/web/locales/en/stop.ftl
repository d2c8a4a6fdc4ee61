### Stop orders

cause-stopped = a stop order was in force
act-stop-given = gave a stop order
act-stop-lifted = lifted a stop order
flash-stop-given = The stop order is in force. Connected devices fall silent within seconds.
flash-stop-lifted = The stop order is lifted. Rundowns are planned anew.
flash-stop-lifted-before = This order was lifted before.
stop-title = Stop the loudspeakers
stop-help = Silences a station, a whole area or one bulletin until the order is lifted.
stop-new = Give a stop order
stop-no-place = You have no station or area that you could silence.
stop-place = Where
stop-what = What
stop-everything = Every bulletin
stop-reason = Why
stop-reason-content = The content is wrong
stop-reason-foreign = Foreign sound is on the loudspeakers
stop-reason-noise = Howling, rattling or too loud
stop-reason-order = Ordered by an authority
stop-reason-other = Another reason
stop-go = Stop the loudspeakers…
stop-sure = They stay silent until the order is lifted. What plays now counts as partial.
stop-sure-go = Yes, stop now
stop-in-force = Orders in force
stop-none = There is no stop order.
stop-of = STOPPED: { $place }
stop-by = given by { $by } at { $at }
stop-received = { $part } of { $whole } devices received it
stop-silent = { $count ->
    [one] { $n } station has not answered
   *[other] { $n } stations have not answered
}
stop-call = plays by hand: call the operator
stop-last-seen = last heard at { $at }
stop-never-seen = never heard
stop-lift = Lift, let them sound again
stop-lifted = Lifted orders
stop-lifted-by = lifted by { $by } at { $at }
stop-day = STOPPED: { $what }. Why: { $reason }
stop-day-all = EVERY BULLETIN
stop-link = Stop the loudspeakers
