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
station-week-why = Why it airs, why not
