# The whole week of a station.

nav-station-week = Week
station-week-title = The whole week
station-week-span = Week { $from } – { $to }
station-week-weeks = Choose a week
station-week-before = Week before
station-week-this = This week
station-week-after = Week after
station-week-nothing = Nothing is planned on this day.
station-week-not-yet = This day has no plan yet.
station-week-issued = Version { $version } of the plan, issued { $at }.
station-week-open = Open this day
station-week-sheet = Sheet of this day
station-week-why = Ask why something airs or does not
station-week-item-why = Why?

weekday-mini-1 = Mon
weekday-mini-2 = Tue
weekday-mini-3 = Wed
weekday-mini-4 = Thu
weekday-mini-5 = Fri
weekday-mini-6 = Sat
weekday-mini-7 = Sun
