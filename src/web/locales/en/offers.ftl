# Offers of ordinary bulletins, and the order of priority items.

nav-offers = Offers
offers-title = Offers
offers-standing-accept = The commune decides on ordinary bulletins. What nobody answers airs.
offers-standing-decline = The commune decides on ordinary bulletins. What nobody answers does not air.
offers-fixed = Each item is fixed { $n } minutes before it begins.
offers-none = There are no offers.
offers-open-airs = Not answered: will air
offers-open-not = Not answered: will not air
offers-next = Airs next: { $next }. Fixed at { $fixed }.
offers-accept = Accept
offers-move = Move
offers-move-to = Air it in the
offers-move-go = Move it there
offers-decline = Decline
offers-reason = Reason
offers-decline-go = Do not air it
offers-accepted = Accepted
offers-declined = Declined
offers-declined-why = Declined: { $reason }
offers-moved = Moved: { $dayparts }
offers-first = When priority items meet
offers-first-why = Where priority items of the commune and of the province share a slot, the commune chooses which comes first.
offers-no-clash = They meet in no slot ahead.
offers-own-first = Chosen: the commune's first
offers-province-first = Chosen: the province's first
offers-put-own = Put the commune's first
offers-put-province = Put the province's first

flash-offer-answered = The answer is kept. The schedule follows within moments.
flash-offer-same = This answer was given before.
flash-offer-no-reason = Write why you decline.
flash-own-first-kept = The order is kept. The schedule follows within moments.
act-offer-answered = answered an offer
act-own-first = chose whose priority items come first
