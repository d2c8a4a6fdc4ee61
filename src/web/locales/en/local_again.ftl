### A commune's own taken back, sent again, its topic

local-topic = Topic
local-take-back = Take back
local-file-kept = Without a file, the one sent before is used again: { $file }.
flash-local-taken-back = Taken back. The time kept for it is free; mend it and send it again whenever you like.
flash-local-sent-again = This was sent again already. Nothing was submitted once more.
flash-local-decided-before = Not taken back: an approver has answered it already.
act-local-taken-back = took back a commune's bulletin that waited
