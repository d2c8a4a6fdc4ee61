# The week grid: read, draft, preview, publish.
nav-grid = Slots
kg-title = Broadcast slots
kg-week-of = week of { $date }
kg-week = Week of { $from }, { $area }
kg-weeks = Other weeks
kg-week-before = Week before
kg-week-after = Week after
kg-this-week = This week
kg-day-of-week = Week with the day
kg-start = Start
kg-no-slot = no slot
kg-empty = There is no slot here this week.
kg-keys = In the table: arrow keys go from cell to cell, Home and End to the ends of a row, Ctrl+Home and Ctrl+End to the first and last cell, Enter opens.
kg-hours = May sound { $span }, a session at most { $minutes } minutes; a start before { $warn } falls under the night noise figure.
kg-no-guard = No hours are set here, so no slot may sound.
kg-own = own rule
kg-from-unit = from { $unit }
kg-in-draft = draft
kg-draft-shown = This is the draft
kg-in-force-shown = This is what is in force
kg-draft-changes = { $count ->
    [one] One change from what is in force.
   *[other] { $n } changes from what is in force.
 }
kg-draft-last = Last change: { $by }, { $at }.
kg-overtaken = What is in force has changed since this draft was begun.
kg-preview-go = Preview and publish
kg-show-in-force = Show what is in force
kg-show-draft = Show the draft
kg-steps = Steps of the draft
kg-step-added = added “{ $rule }”
kg-step-changed = changed “{ $rule }”
kg-step-ended = ended “{ $rule }”
kg-step-restored = undid the change of “{ $rule }”
kg-step-carried = carried the draft over to the new grid
kg-add = Add a slot
kg-change = Change the slot
kg-override = Set otherwise for { $area }
kg-read-only = This rule is set by a higher unit or lies outside your area, so it can only be read.
kg-name = Name
kg-kind = For
kg-kind-relay = Relay
kg-kind-bulletin = Bulletins
kg-kind-commune = Local items
kg-source = Relay source
kg-source-hint = only for a relay, such as VOV1
kg-time = Start time
kg-when = When
kg-when-cron = by cron { $cron }
kg-daily = { $time }, every day
kg-minutes = Minutes
kg-weekdays = Weekdays
kg-advanced = Advanced: write cron
kg-use-cron = Use the cron line below instead of time and weekdays above
kg-cron = Cron line
kg-cron-hint = six fields: second (0), minute, hour, day, month, weekday by name; such as 0 30 5 * * MON-FRI
kg-areas = Areas
kg-except = Except these units (optional)
kg-more-units = and { $n } more units
kg-where-except = { $areas }, except { $except }
kg-from = From
kg-from-hint = empty: always so far
kg-to = Until the end of
kg-to-hint = empty: no end
kg-replaced = In place of rule
kg-replaces = This slot stands in for rule { $rule } in the areas above.
kg-keep = Keep in the draft
kg-keep-help = Nothing changes on the air until it is published.
kg-end = End the slot
kg-end-last = Last day it airs
kg-end-go = End it
kg-restore = Change in the draft
kg-restore-go = Undo this change
kg-conflict = { $by } changed this rule at { $at }, after you opened the form.
kg-conflict-new = This rule changed after you opened the form.
kg-conflict-help = Nothing of yours is lost: the form still holds what you typed. Keep it once more to put what you typed in the place of theirs:
kg-conflict-gone = The rule is not in the draft any more.
kg-errors = Not kept. Mend these:
kg-error-name = Write the slot's name, at most 120 characters.
kg-error-source = A relay needs its source, at most 80 characters.
kg-error-time = Write the start time, such as 05:30.
kg-error-weekdays = Choose at least one weekday.
kg-error-minutes = Minutes are 1 to 240.
kg-error-date = This is no date.
kg-error-reversed = The last day must not be before the first.
kg-cron-long = The cron line has { $value } characters: use at most 100, or make two slots.
kg-cron-fields = The cron line has { $value } fields: write six, which are second (0), minute, hour, day, month, weekday.
kg-cron-seconds = The second is “{ $value }”: slots start at a whole minute, so write 0 first.
kg-cron-weekday = The weekday number “{ $value }” means different days to different people: write names, such as MON-FRI or SAT,SUN.
kg-cron-part = “{ $value }” is not valid for { $field }.
kg-cron-minute = the minute (0 to 59)
kg-cron-hour = the hour (0 to 23)
kg-cron-day = the day (1 to 31)
kg-cron-month = the month (1 to 12)
kg-cron-weekday-field = the weekday (MON to SUN)
kg-cron-whole = the cron line
kg-cron-backwards = The range “{ $value }” runs backwards: write two parts with a comma, such as FRI,MON.
kg-cron-often = The cron line makes { $value } slots a day: at most 48; name the minute, such as 0 or 0,30.
kg-cron-never = The cron line never fires, because no such day exists in its months: mend the day or the month.
kg-sign-before = before the permitted hours, not aired
kg-sign-after = after the permitted hours, not aired
kg-sign-overlap = overlaps the slot before, not aired
kg-sign-session = session too long, not aired
kg-sign-night = night noise figure holds
kg-what-new = New slot
kg-what-gone = Taken out
kg-what-ended = Ended
kg-what-changed = Changed
kg-lint-cron = “{ $rule }”: the cron line cannot be read
kg-lint-minutes = “{ $rule }”: minutes must be 1 to 240
kg-lint-duplicate = “{ $rule }”: the rule's id is taken
kg-lint-relay = “{ $rule }”: a relay without a source
kg-lint-source = “{ $rule }”: has a relay source but is no relay
kg-lint-ring = “{ $rule }”: replaces itself, or rules replace one another
kg-lint-replaces = “{ $rule }”: replaces a rule that does not exist
kg-lint-dates = “{ $rule }”: the last day is before the first
kg-lint-no-area = “{ $rule }”: names no area
kg-lint-area = “{ $rule }”: names a unit that does not exist on those days
kg-lint-before = “{ $rule }”: starts before the permitted hours
kg-lint-after = “{ $rule }”: ends after the permitted hours
kg-lint-overlap = “{ $rule }”: overlaps another slot
kg-lint-session = “{ $rule }”: makes the session too long
kg-lint-night = “{ $rule }”: starts while the night noise figure holds
kg-lint-idle = “{ $rule }”: makes no slot
kg-lint-no-guard = “{ $rule }”: no hours are set
kg-lint-other = “{ $rule }”: look again
kg-lint-meets-nothing = Exception “{ $rule }”: there is no such slot
kg-step-slot = changed one day of “{ $rule }”
kg-step-slot-back = took back the change of one day of “{ $rule }”
kx-title = One day only
kx-list = Days with a change of their own
kx-slot = Slot
kx-date = Day
kx-at = Time of the slot by its rule
kx-what = What to do
kx-what-cancel = Cancel the slot that day
kx-what-move = Move it to another time
kx-what-length = Change its length
kx-what-one = Changed for one day
kx-to = To the time
kx-to-hint = when moved
kx-minutes-hint = when its length changes
kx-reason = Reason, for everybody to read
kx-delete = Take this change back
kx-cancelled = cancelled that day
kx-moved = moved to { $to }
kx-moved-length = moved to { $to }, { $n } minutes
kx-length = { $n } minutes long
kx-sign-moved = moved from { $from }: { $reason }
kx-sign-length = its own length that day: { $reason }
kx-sign-cancelled = cancelled, not aired
kx-error-at = That day the rule has no slot at { $at }.
kx-error-reason = Write the reason, at most 200 characters.
kp-title = Preview before publishing
kp-none = No draft is open. Open a slot to change it, or add one.
kp-moved = Not published: something changed since you looked.
kp-moved-help = The preview below was made anew. Look again, then publish.
kp-moved-draft = Somebody has just changed the draft.
kp-moved-grid = What is in force was replaced by another grid.
kp-moved-inputs = Orders, approvals, areas or stations changed.
kp-moved-rundowns = Rundowns have just been issued.
kp-moved-time = Time passed: what is about to air cannot be changed any more.
kp-carry-help = The draft's changes must be carried over to what is in force before it can be published. No change is lost.
kp-carry = Carry the draft over
kp-refused = { $count ->
    [one] One fault to mend before publishing
   *[other] { $n } faults to mend before publishing
 }
kp-changes = { $count ->
    [one] One change
   *[other] { $n } changes
 }
kp-nothing = The draft is the same as what is in force, so there is nothing to publish.
kp-stations = { $count ->
    [one] One station's schedule changes
   *[other] { $n } stations' schedules change
 }
kp-span = from { $from } to { $to }
kp-no-station = No station's schedule changes on these days.
kp-unchanged = { $count ->
    [one] One other station keeps its schedule.
   *[other] { $n } other stations keep their schedules.
 }
kp-before = Items before
kp-after = Items after
kp-new = New
kp-gone = Gone
kp-shifted = Moved
kp-which = Details
kp-small-day = { $date }: { $has } of { $had } airings left
kp-small-more = and { $n } more days
kp-displaced = { $count ->
    [one] One item moves or goes
   *[other] { $n } items move or go
 }
kp-from-to = from { $from } to { $to }
kp-lost = { $from } is gone
kp-more = and { $n } more
kp-publish = Publish
kp-sum = { $part } items before, { $whole } after
kp-sums = { $new } new, { $gone } gone, { $moved } moved.
kp-warnings = { $count ->
    [one] One thing to look at
   *[other] { $n } things to look at
 }
kp-outside = The draft holds other people's changes outside your area, so you cannot publish it. Ask somebody who may, or have those changes undone:
kp-small = { $count ->
    [one] One station has a day that becomes empty or much smaller.
   *[other] { $n } stations have days that become empty or much smaller.
 }
kp-word = I have looked and agree that these stations air less:
kp-go = { $count ->
    [one] Publish, one station's schedule changes
   *[other] Publish, { $n } stations' schedules change
 }
kp-go-help = The grid and the stations' schedules change at one moment; stations with a device are told at once.
kp-drop = Give up the draft
kp-error-refused = Not published: the draft has faults to mend.
kp-error-word = Not published: tick that you agree to the stations that air less.
held-title = Schedules waiting for a word
held-why = The new plan of these days is empty or much smaller than what was issued, and nobody said that it is meant, so the old schedule stands. What was withdrawn is always taken out at once.
held-count = { $count ->
    [one] One day keeps its old schedule
   *[other] { $n } days keep their old schedules
 }
held-none = No day is waiting.
held-what = { $has } of { $had } airings left
held-since = kept since { $at }
held-agree = Agree to the new schedules
held-agree-help = If it is not meant, mend the slots, orders or areas; the plan is made anew by itself.
held-alarm = { $count ->
    [one] One day keeps its old schedule because the new one is empty or much smaller.
   *[other] { $n } days keep their old schedules because the new ones are empty or much smaller.
 }
held-link = Look and decide
flash-grid-kept = Kept in the draft. Nothing changes on the air until it is published.
flash-grid-restored = The change of this rule is undone.
flash-grid-overtaken = Somebody has just changed the draft. Look again and try once more.
flash-grid-published = The grid and { $n } rundowns are published.
flash-grid-dropped = The draft is given up.
flash-grid-carried = The draft was carried over to what is in force.
flash-grid-carried-both = The draft was carried over. { $n } rules changed on both sides and follow the draft: look at them again.
flash-small-agreed = The new schedules of { $n } days are used.
flash-small-none = No day was chosen, or those chosen have just changed.
act-grid-published = published the grid
act-grid-draft-dropped = gave up the draft of the grid
act-small-day-agreed = agreed to a smaller schedule
kg-sign-day = more minutes than a day may have, not aired
kg-sign-no-guard = no hours are set, not aired
kg-lint-day = “{ $rule }”: makes more sound than a day may have
kg-lint-dead-air = “{ $rule }”: the loudspeakers fall silent in between or at its end
kg-lint-may-pass = “{ $rule }”: ends so near the closing hour that what begins late sounds past it. Choose what becomes of an overrun
kg-lint-overrun = “{ $rule }”: is a relay, which has no choice for an overrun
kg-lint-topics = “{ $rule }”: has topics but carries no bulletins
kg-lint-no-day = “{ $rule }”: falls on no kind of day
kg-lint-reason = “{ $rule }”: gives no reason
kg-lint-moved-away = “{ $rule }”: must move to a time before 24:00 of the same day
kg-lint-change-twice = “{ $rule }”: an exception's id is used twice
kg-lint-day-name = “{ $rule }”: the day has no name
kg-lint-day-kind = “{ $rule }”: a usual day needs no name
kg-lint-filler-empty = Filler “{ $rule }”: names no bulletin
kg-lint-filler-never = Filler “{ $rule }”: 0 times a day, so never
kg-lint-filler-unapproved = Filler “{ $rule }”: a bulletin is not approved, so it fills nothing yet
kg-lint-spacing = “{ $rule }”: keeps plays too far apart
kg-lint-guard-hours = Permitted hours: must close later than they open
kg-lint-guard-nothing = Permitted hours: 0 minutes are allowed, so no slot could stand
kg-lint-guard-repeat = Permitted hours: repeats must be 0 to 1440 minutes apart
kg-lint-together = It takes all of these: { $rules }. Leave out at least one.
