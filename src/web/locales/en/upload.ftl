# Uploads, a bulletin's facts and new versions.
nav-uploads = Uploads
upload-open-title = Uploading
upload-files = Audio files
upload-files-hint = (several may be chosen; MP3, M4A, WAV, FLAC, AIFF, OGG, Opus; each at most { $size })
upload-trim = Cut silence at the beginning and the end
upload-trim-hint = (the original stays as it is)
upload-facts-later = What follows may be left empty and filled in later; with several files, each is filled in on its own.
upload-where = Where the file stands
upload-progress = { $part } of { $whole }
upload-progress-of = Uploaded of { $name }
upload-left-minutes = about { $n } min left
upload-left-less = less than 1 min left
upload-waiting = Waits for the file before it
upload-reading = Reading the file
upload-pause = Pause
upload-continue = Continue
upload-paused = Paused
upload-cancel = Cancel
upload-retry = Try again
upload-lost = Connection lost at { $at }, trying again.
upload-again = Connection lost at { $lost }, back at { $again }.
upload-from = Continued from { $part }.
upload-sent = All of it is uploaded
upload-pick-again = Pick the file again to continue
upload-pick-again-why = Not all of it is here. Pick this very file again to continue where it stopped.
upload-other-file = This is not the file that was begun: its size or its start differs. Pick that file, or cancel and upload a new one.
upload-trouble = The server did not take the file. Try again.
upload-give-facts = Fill in the bulletin's facts
upload-facts-wrong = Some of the bulletin's facts are not right yet; open them to mend.
upload-leave = Files are being uploaded; when you leave, they must be picked again to continue.

upload-state-receiving = Coming in
upload-state-queued = Waits to be checked
upload-state-checking = Being checked
upload-state-checked = Accepted, waits for its facts
upload-state-refused = Refused
upload-state-failed = Could not be checked
upload-state-used = Became a draft
upload-state-cancelled = Cancelled
upload-state-swept = Cleared away, too old

upload-next-receiving = Only a part of the file is here. Open the page of bulletins and pick this very file again to continue.
upload-next-draft = The file is here. Once it is checked and accepted it becomes a draft with the facts given.
upload-next-checking = The file is here and waits its turn to be checked. This page loads itself again.
upload-next-checked = The file was accepted. Fill in its facts to make it a draft.
upload-next-refused = The file was refused and not kept. Why, and what to do, stands below.
upload-next-failed = The server could not check the file. The file is still here.
upload-next-used = The file became a version of a bulletin.
upload-next-ended = This upload has ended.

upload-why-worker-failed = The server's audio check failed. Try again; if it fails again, tell the administrator.
upload-why-file-lost = Part of the file is missing on the server. Cancel and upload it anew.
upload-why-other-head = What arrived is not the file that was chosen. Upload it anew.

upload-facts-title = Facts of the bulletin
upload-facts-go = Save the facts
facts-origin = Whose bulletin
facts-origin-department = the department
facts-origin-commune = a commune's own (local news)
facts-sibling = Says in another language
facts-sibling-hint = (a bulletin's code; empty when it does not)
facts-document-ends = Source document ends
facts-document-ends-hint = (if it does; the bulletin ends with it)

version-new = New version
version-new-title = New version of { $code }
version-after = after version { $version }, needs a new approval
version-file = New audio file
version-file-hint = (leave empty to keep the present audio; at most { $size })
version-go = Make the new version

upload-refused-empty = The file is empty. Choose one with sound.
upload-refused-long = The file is larger than { $size }. Export it as MP3 or split it.
upload-refused-quota = Your unit uploaded { $used } of { $quota } within 30 days; this file has no room left. Cancel files not used, wait some days, or ask the department for more.
upload-refused-open = You have { $n } files that are not finished, as many as one may. Fill in their facts or cancel some, then go on.
upload-refused-unit = Your user name has no unit to upload for.
upload-refused-disk = The server's disk is full. What arrived is kept; tell the administrator, then continue.
upload-refused-offset = The server holds { $part }. Continue from there.
upload-refused-more = More arrived than was announced. Upload the file anew.
upload-refused-stalled = Nothing arrived for { $n } seconds. What arrived is kept; continue.
upload-refused-broken = The connection broke. What arrived is kept; continue.
upload-refused-overtaken = This file is being continued from another page.
upload-refused-ended = This file takes no more: it is whole, cancelled or cleared away.
upload-refused-header = The number of bytes sent is needed in the header upload-offset.
upload-refused-unknown = There is no such upload.
upload-refused-retry = This file is not in a state to be tried again.

error-document-ends = The document's end is wrong. Choose it again or leave it empty.
error-document-before = The document ends before the first day, so the bulletin would never air. Look at both dates.
error-sibling-unknown = There is no bulletin { $value }. Give the other bulletin's code, or leave it empty.
error-sibling-self = A bulletin cannot say itself in another language.
error-sibling-language = Bulletin { $value } is in the same language. Mend the language tag, or leave this empty.
error-origin = Choose whether it is the department's or a commune's.
error-commune-one = Local news is for exactly one commune. Give one commune's code and leave out none.

flash-upload-cancelled = The upload was cancelled.
flash-upload-retried = Queued to be checked again.
flash-upload-ended = This upload had ended before. Nothing was changed.
flash-upload-files = { $n } files arrived and are checked in turn.
flash-facts-saved = Saved. Once the file is checked and accepted it becomes a draft.
flash-code-taken = Somebody else just took this code. Give another one; the file is still here.
flash-uploaded-order-refused = The draft is made, but not its order: the plan does not allow it. Look at the number of times.

col-severity = Severity
col-finding = Finding
col-at = At
col-remedy = Remedy
