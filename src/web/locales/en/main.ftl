# The text of every page. Words follow the project's glossary; every key here also stands in the Vietnamese file.
app-name = Grassroots radio
skip = Skip to main content
other-language = Tiếng Việt
logout = Log out
custody-center = Approval keys are held by the server
open = Open
save = Save
total = Total
note = Note
minutes = Minutes
seconds = Seconds

nav-label = Main sections
nav-today = Today
nav-bulletins = Bulletins
nav-queue = Approval
nav-stations = Stations
nav-reconcile = Reconciliation
nav-users = Users
crumb-label = Breadcrumb
pages-label = Pages
page-of = Page { $part } of { $whole }
page-previous = Previous page
page-next = Next page

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
length-minutes = { $n } min
length-seconds = { $n } s

role-editor = editor
role-approver = approver
role-operator = operator
role-auditor = auditor
role-admin = administrator

evidence-none = none
evidence-declared = declared by operator
evidence-played = device journal
evidence-heard = recorded off air

cause-label = Cause
cause-not-running = device was not running
cause-interrupted = interrupted
cause-no-audio = audio not there in time
cause-not-verified = audio or rundown does not verify
cause-sink-failed = audio output failed
cause-decode-failed = audio could not be opened
cause-clock = device clock not trusted
cause-withdrawn = taken off the rundown
cause-busy = the item before was still playing
cause-slot-ended = slot ended
cause-power-cut = power cut
cause-equipment = equipment broken
cause-no-operator = no operator
cause-other = other cause

priority-ordinary = ordinary
priority-priority = priority
priority-urgent = urgent

state-draft = Draft
state-submitted = Waiting for approval
state-approved = Approved
state-returned = Returned
state-withdrawn = Withdrawn

kind-connected = connected
kind-manual = manual
choice-accept = accepts
choice-decline = declines
choice-of = Ordinary bulletins at { $station }

daypart-morning = Morning
daypart-noon = Noon
daypart-evening = Evening

item-bulletin = Bulletin
item-commune = Reserved for local items
item-relay = Relay
item-filler = Filler

outcome-upcoming = Upcoming
outcome-now = Scheduled now
outcome-on-air = On air
outcome-aired = Aired
outcome-aired-late = Aired, late
outcome-partial = Partial
outcome-partial-late = Partial, late
outcome-missed = Missed
outcome-unreported = Unreported
outcome-listed = Not counted
outcome-off-schedule = Off-schedule

# The 2024 plan for publicising administrative reform, section II.
topic-1 = Guidelines and policy of the Party, State and province on administrative reform, programme 2021-2030
topic-2 = Quality of reform columns in the press, on radio and TV, and on portals
topic-3 = The year's key reform tasks
topic-4 = Indices: PAR Index, PCI, SIPAS, PAPI, DTI
topic-5 = Online payment at the public-service portals and one-stop offices
topic-6 = Project 06: population data, electronic identity and authentication
topic-7 = Good models and initiatives, exemplary units and people

login-title = Log in
login-user = User name
login-password = Password
login-go = Log in
login-help = Forgot your password? Ask the administrator. Substitutes, too, use their own name.

message-403-title = You may not open this page
message-403 = Your account does not have this task. Ask the administrator if you need it.
message-404-title = There is no such page
message-404 = The address may be mistyped, or the item is gone. Go back and choose from the list.
message-500-title = The server failed
message-500 = What you just did may not have been recorded. Go back, look, and try again.
message-other-title = Not done
message-other = The request was not right. Go back and try once more.
message-back = Go back
message-code = Code { $status }

today-station = Station
today-days = Choose a day
today-page-made = Page made at
day-before = Day before
day-after = Day after
today-now = At this moment
today-span = { $from } to { $to }
today-next = Next: { $title }
today-empty = There is no rundown for this day yet.
today-played = { $part } of { $whole } aired
today-late-by = { $length } late
today-device-on = Device connected, last heard at { $at }
today-device-off = Device not connected, last heard at { $at }
today-device-never = Device never heard from
today-manual = This station has no device that reports: times are those of the rundown, outcomes are declared by operators.
items = { $count ->
    [one] { $n } item
   *[other] { $n } items
}
standing-unreported = { $count ->
    [one] { $n } airing is unreported.
   *[other] { $n } airings are unreported.
}
standing-overdue = { $n } overdue.
standing-earlier = { $count ->
    [one] { $n } airing of earlier days is unreported.
   *[other] { $n } airings of earlier days are unreported.
}
standing-open = Open { $date }
todo-question = Did it air at { $time }?
todo-deadline = before { $at }
todo-overdue = overdue since { $at }
said-full = Aired in full
said-trouble = Trouble
said-missed = Did not air
said-count = { $count ->
    [one] { $n } record
   *[other] { $n } records
}
part-length = If partial: how much aired
late-began = If late: began at
send-part = Send: aired in part
send-late = Send: aired, but late
missed-why = Why did it not air? Press the cause to send.
confirm-daypart = Confirm the session: all { $n } items aired in full
undo = Undo
add-word = Add an operator's word
add-word-why = The device's record stays; the stronger evidence decides.
power-cut-title = Report a power cut
power-cut-help = Every unconfirmed item in this span is recorded as missed because of a power cut.
power-cut-from = Power was off from
power-cut-to = to
power-cut-go = Send report
listen-download = Listen, download
listen-to = Listen: { $title }
download-wav = Download WAV, { $size }

bulletins-title = Bulletins
bulletins-list = List of bulletins
bulletins-empty = There are no bulletins yet.
col-code = Code
col-title = Title
col-topic = Topic of the plan
col-priority = Priority
col-state = State
col-airs = May air
col-version = Version
col-length = Length
col-loudness = Loudness
col-check = Check
col-producer = Producer
col-language = Spoken language
col-source = Source document
col-areas = Areas
col-except = Except
col-frequency = How often
col-actions = Actions
airing-version = version { $version } may air
check-passed = Check passed
check-warnings = { $count ->
    [one] { $n } warning
   *[other] { $n } warnings
}
version-n = version { $version }
transcript = Transcript
upload-title = Upload a bulletin
upload-go = Upload
hint-code = (letters without marks, digits, hyphens)
hint-codes = (area codes with commas)
hint-language = (vi is Vietnamese)
airs-from = Airs from
airs-to = until, inclusive
order-title = Order
order-hint = (optional; fill in one of the two)
order-week = Times a week
order-day = Times a day
form-errors = Not accepted. Please correct:

findings-title = What the check found
severity-refuse = Refused
severity-warn = Warning
severity-note = Note
hash-original = SHA-256 of the original
hash-rendition = SHA-256 of the rendition
hash-manifest = SHA-256 of the approval manifest
versions-title = Versions
approval-title = Approval
areas-except = except { $areas }
no-order = no order yet
reach-title = In all
reach-airings = { $count ->
    [one] { $n } airing
   *[other] { $n } airings
}
own-work = You wrote this
own-work-why = Author and approver must be two people; another approver is needed.
do-submit = Submit for approval
do-approve = Approve
do-approve-reach = { $count ->
    [one] Approve for { $n } station
   *[other] Approve for { $n } stations
}
do-return = Return for mending
do-withdraw = Withdraw
reason = Reason
reason-return = (required when returning)
reason-withdraw = (required when withdrawing)
nothing-to-do = There is nothing for you to do with this bulletin now.
history-title = History
step-uploaded = Uploaded
step-submitted = Submitted
step-approved = Approved
step-returned = Returned
step-withdrawn = Withdrawn

queue-title = Approval of bulletins
queue-count = { $count ->
    [one] { $n } bulletin waits
   *[other] { $n } bulletins wait
}
queue-waiting = Waiting for approval
queue-empty = No bulletin waits for approval.
queue-submitted = submitted by { $by } at { $at }
queue-decided = Decided lately
queue-none-decided = No bulletin was decided yet.
queue-all = All

reconcile-title = Reconciliation: { $area }
reconcile-span = { $from } to { $to }
reconcile-as-of = as of { $at }
reconcile-csv = { $count ->
    [one] { $n } line (CSV)
   *[other] { $n } lines (CSV)
}
filter-from = From
filter-to = To
filter-area = Area
filter-kind = Kind of station
filter-all = All
filter-go = Show
col-station = Station
col-bulletin = Bulletin
col-outcome = Outcome
col-date = Date
col-time = Time
col-planned = Planned
col-actual = Actual
col-evidence = Evidence
col-cause = Cause
sum-label = Balance of airings
sum-planned = Planned so far
sum-late = Late among them
sum-off-schedule = Off-schedule, not counted
sum-upcoming = Upcoming, not counted
sum-disagree = The numbers do not add up to the plan. Tell the administrator.
rate-title = Coverage (aired in full, force majeure left out)
rate-short = Aired
rate-known-by = Known by:
by-area = By area
by-station = By station
lines-title = { $count ->
    [one] { $n } airing
   *[other] { $n } airings
}
lines-empty = No airing matches the filter.

airing-title = Airing
plan-and-fact = Plan and fact
row-start = Began
row-audio = Audio file
row-rundown = Rundown
row-airing = Airing id
rundown-issued = version { $version }, issued { $at }
records-title = Records
records-empty = No person and no device spoke of this airing.
record-accepted = accepted { $at }
record-seq = Line { $seq } of the device's journal
record-rundown = By rundown version { $version }
record-overruled = (a stronger or later record decides)

stations-title = Stations
stations-connected = { $part } of { $whole } stations connected
stations-list = List of stations
col-kind = Kind
col-link = Link
col-journal = Journal line
col-audio = Audio for 24 hours
col-choice = Ordinary bulletins
station-by-hand = No device
station-not-enrolled = No device enrolled
station-online = Connected
station-offline = Not connected
station-seen = heard { $at }
station-nothing-due = No items
station-audio-ready = All audio { $part }/{ $whole }
station-audio-short = Audio lacking, has { $part }/{ $whole }
station-invite = Invite a device
station-revoke = Revoke
invite-title = Device code for { $station }
invite-help = The code is shown once, works once, and ends { $at }.

users-title = Users
users-list = List of users
user-name = User name
user-display = Full name
user-role = Role
user-areas = Areas
user-active = Active
user-disabled = Disabled since { $at }
user-self = yourself
user-disable = Disable
user-add = Add a user
user-add-go = Add
hint-password = (at least { $n } characters)

# After each thing just done.
flash-confirmed = Confirmed { $n } airings.
flash-confirmed-before = This was recorded before; nothing was added.
flash-undone = Undone. The earlier word is kept on record; the airing is unconfirmed again.
flash-power-cut = Recorded the power cut for { $n } airings.
flash-power-cut-none = No unconfirmed airing lies in that power cut; nothing was recorded.
flash-stale = The page is old, or the airing is not in this day's plan. Nothing was recorded; look again and retry.
flash-not-ended = The airing has not ended by its plan. Confirm after it ended; nothing was recorded.
flash-bad-part = The time that aired must be more than 0 and less than the whole bulletin. Nothing was recorded.
flash-bad-began = The beginning must not be before the plan or in the future. Nothing was recorded.
flash-bad-span = The power cut's times are wrong: the first must be before the second and not in the future. Nothing was recorded.
flash-bad-cause = Choose a cause from the list. Nothing was recorded.
flash-bad-note = The note is longer than 500 characters. Nothing was recorded.
flash-bad-word = No outcome was chosen. Nothing was recorded.
flash-uploaded = Uploaded and checked. The draft waits to be submitted.
flash-uploaded-order = Uploaded, checked and ordered. The draft waits to be submitted.
flash-uploaded-order-warn = Uploaded and ordered, but the slots may not hold as many airings as asked. See the total.
flash-unchanged = This file is the same as the present version; no new version was made.
flash-submitted = Submitted for approval.
flash-approved = Approved. The rundowns were planned anew.
flash-returned = Returned for mending.
flash-withdrawn = Withdrawn. The bulletin was taken off the rundowns.
flash-no-reason = A reason is needed. Nothing was done.
flash-no-file = No audio file was chosen.
flash-decided-before = This version was decided before. Nothing was changed; see its new state.
flash-revoked = The station's codes and devices are revoked.
flash-nothing-to-revoke = This station has no code and no device to revoke.
flash-choice-saved = The choice on ordinary bulletins is saved.
flash-user-added = The user was added.
flash-user-locked = The user was disabled and their sessions ended.

# What is wrong in a request or a form.
error-login = The user name or the password is wrong.
error-csrf = The form is not from the page now open, or the session changed. Nothing was recorded; open the page again and retry.
error-no-station = This station is not yours, or there is none in your areas.
error-file = Choose an audio file.
error-code = A code has letters without marks, digits and dashes, at most 40.
error-code-taken = This code is taken. Open that bulletin to upload a new version, or give another code.
error-title = Give a title.
error-topic = Choose one of the plan's seven contents.
error-priority = Choose a priority.
error-producer = Say who made it.
error-language = The language tag is wrong; vi, for example.
error-transcript = Give the words spoken.
error-airs-from = Choose the first day.
error-airs-to = Choose the last day.
error-dates-reversed = The last day is before the first. Swap them.
error-areas = Give area codes with commas between them.
error-area-unknown = No unit bears the code { $value } in that time.
error-area-right = An area is outside those given to you.
error-per-week = Times a week must be 1 to 168.
error-per-day = Times a day must be 1 to 24.
error-one-demand = Fill in only one: times a week or times a day.
error-period = A date is wrong. Choose the two dates again.
error-period-reversed = The last day is before the first. Swap them.
error-period-long = At most 400 days can be seen at once. Choose a shorter period.
error-user-display = Give the full name.
error-user-role = Choose a role.

filter-all-areas = all your areas
order-per-day = { $n } times a day
order-per-week = { $n } times a week

# What a record says.
word-played = played { $length }, from { $at }
word-full = aired in full
word-full-at = aired in full, from { $at }
word-part = aired in part, { $length }
word-missed = did not air
word-undone = took back the earlier word
