# The approver's desk: a bulletin's page, the queue, reach, withdrawal.
state-expired = Expired
origin-commune = commune's own
language-vi = Vietnamese
language-katu = Katu
language-sedang = Sedang
language-jeh = Jeh
language-cua = Cua
language-en = English
siblings = Other languages
document-ends = in force until { $date }; the bulletin ends with it
made-by = uploaded by { $by } at { $at }
airs-span = { $from } to { $to }

queue-first = Open the one that waits longest

wave-label = Waveform, { $length }
wave-label-flags = Waveform, { $length }. Marked places: { $flags }
wave-flag = number { $n } at { $at }
player-play = Play
player-pause = Pause
player-back = −10 seconds
player-forward = +10 seconds
player-flag = Next marked place
player-speed = Speed
listen-rendition = You hear the very file that stations play (Opus). A browser that cannot open Ogg Opus uses the WAV master.
listen-here = Hear this place
heard = Heard
not-heard = Not heard yet
heard-some = { $part } of { $whole } warnings heard
heard-all = { $count ->
        [one] The warning was heard
       *[other] All { $n } warnings were heard
    }
flash-not-heard = { $count ->
        [one] One warning was not heard yet. Press “Hear this place” there, then approve.
       *[other] { $n } warnings were not heard yet. Press “Hear this place” at each, then approve.
    }
author-apart = Author: { $by }. Authors never approve their own work.

col-checked = Checked
col-measured = Measured
col-required = Required
col-result = Result
checked-format = Format
checked-length = Length
checked-loudness = Loudness
checked-peak = True peak
checked-silence = Silence
checked-duplicates = Duplicates
checked-other = Other
required-format = MP3, AAC, FLAC, WAV, AIFF, Vorbis or Opus
required-length = { $least } to { $most }
required-loudness = master at { $lufs } LUFS
required-peak = at most { $dbtp } dBTP
required-silence = at most { $length }
measured-channels = { $count ->
        [one] { $n } channel
       *[other] { $n } channels
    }
measured-no-silence = no long silence
measured-no-duplicate = none
check-good = Good
good-reached = Reached { $lufs } LUFS
good-raised = Raised by { $db } dB to { $lufs } LUFS
good-lowered = Lowered by { $db } dB to { $lufs } LUFS
sound-more = What was mended, and the files' digests
mend-limited = The limiter worked for { $length }, taking off { $db } dB at most.
mend-held-back = Not raised all the way, which would have squeezed the sound.
mend-head = { $seconds } s of silence were cut off at the start.
mend-tail = { $seconds } s of silence were cut off at the end.
mend-channels = Only channel { $channels } was used.

transcript-all = Show all { $n } words
version-changed = changed: { $what }
changed-sound = sound
changed-title = title
changed-topic = content of the plan
changed-priority = priority
changed-producer = producer
changed-language = language
changed-document = source document
changed-transcript = transcript
changed-areas = areas
changed-dates = dates
step-made = { $count ->
        [one] Uploaded; the check warns of one thing
       *[other] Uploaded; the check warns of { $n } things
    }
step-made-clean = Uploaded; the check found nothing
step-heard = Opened warning { $n } to hear it

week-title = Place in the week
week-caption = The bulletin's place in the week of { $station }
week-station = Week of
week-empty = The station has nothing this week.

reach-stations = { $count ->
        [one] { $n } station
       *[other] { $n } stations
    }
reach-days = { $count ->
        [one] { $n } day
       *[other] { $n } days
    }
reach-each = { $count ->
        [one] { $n } airing
       *[other] { $n } airings
    }
reach-districts = { $count ->
        [one] in { $n } district
       *[other] in { $n } districts
    }
reach-span = Counted from { $from } to { $to }.
reach-horizon = The first four weeks are counted, { $from } to { $to };
reach-beyond = it may air until { $last }.
reach-open = See each station and its times
reach-nothing = Approved now, it would air nowhere
reach-short = { $count ->
        [one] { $n } airing asked for finds no place
       *[other] { $n } airings asked for find no place
    }
reach-night = { $count ->
        [one] { $n } airing is before the night noise figure ends
       *[other] { $n } airings are before the night noise figure ends
    }
reach-edge = { $count ->
        [one] { $n } airing is close to opening or closing time (within 15 minutes)
       *[other] { $n } airings are close to opening or closing time (within 15 minutes)
    }
reach-refused = { $count ->
        [one] { $n } station has a slot refused by the guard: outside the hours, or too long a session
       *[other] { $n } stations have a slot refused by the guard: outside the hours, or too long a session
    }
reach-silent = { $count ->
        [one] { $n } station it is meant for does not air it.
       *[other] { $n } stations it is meant for do not air it.
    }
silent-no-order = no order
silent-no-slot = no slot that fits
silent-too-long = longer than its slots
silent-full = slots are full
silent-declined = takes no ordinary bulletins
silent-not-due = not due in these days
displaced-at = { $count ->
        [one] Another bulletin is affected at { $n } station:
       *[other] Another bulletin is affected at { $n } stations:
    }
displaced-commune = the commune's own
displaced-later = { $n } begin at another time of their slot, by { $minutes } minutes at most
displaced-elsewhere = { $count ->
        [one] { $n } goes to another slot
       *[other] { $n } go to another slot
    }
displaced-out = { $count ->
        [one] { $n } loses its place
       *[other] { $n } lose their place
    }

reach-page = Reach: { $title }
reach-short-title = Reach
reach-found = { $count ->
        [one] { $n } station
       *[other] { $n } stations
    }
reach-which = Stations
reach-only-silent = Only those without an airing
reach-by-unit = Airings by unit
reach-col-airings = Airings
reach-more = { $n } more
reach-col-times = Times

withdrawal-title = Withdraw
removal-nothing = No station has it in its coming rundowns now.
removal-stations = { $count ->
        [one] Taken out of the rundowns of { $n } station.
       *[other] Taken out of the rundowns of { $n } stations.
    }
removal-on-air = { $count ->
        [one] Within its airing at { $n } station: it stops in the middle.
       *[other] Within its airing at { $n } stations: it stops in the middle.
    }
removal-today = { $count ->
        [one] { $n } airing still to come today is lost.
       *[other] { $n } airings still to come today are lost.
    }
removal-later = { $count ->
        [one] { $n } airing of later days is lost.
       *[other] { $n } airings of later days are lost.
    }
withdrawal-open = Withdrawn: whom to tell
withdrawal-page = Withdrawn: whom to tell
withdrawal-short = Whom to tell
withdrawal-what = “{ $title }”, version { $version }.
withdrawal-by = Withdrawn by { $by } at { $at }
withdrawal-count = { $count ->
        [one] { $n } station had it in its coming rundowns.
       *[other] { $n } stations had it in their coming rundowns.
    }
withdrawal-manual = { $count ->
        [one] { $n } station without a device: phone its operator
       *[other] { $n } stations without a device: phone their operators
    }
withdrawal-manual-why = Their page of the day says so already, but nobody may be looking at it. Phone in the order of airing.
withdrawal-waiting = { $count ->
        [one] { $n } station whose device has not fetched the new rundown
       *[other] { $n } stations whose device has not fetched the new rundown
    }
withdrawal-waiting-why = A device fetches it as soon as it is back. If it is not back when the airing is near, phone the operator.
withdrawal-told = { $count ->
        [one] { $n } station holds the new rundown
       *[other] { $n } stations hold the new rundown
    }
withdrawal-list = Stations
withdrawal-first = First airing lost
withdrawal-operators = Operators
withdrawal-nobody = no operator
withdrawal-last-seen = Not connected, last heard { $at }
today-taken-out = Do not air:
today-taken-out-at = withdrawn at { $at }
