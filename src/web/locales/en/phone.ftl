# Today without a link: the copy kept on the phone, confirmations that wait. The # is a number that the page fills in.

phone-copy = Copy kept at { $at }, no connection. The plan may have changed; confirmations are kept and sent when there is a connection.
phone-kept = This page is kept on this device and opens without a connection.
phone-waiting = Confirmations waiting to be sent: #.
phone-one-waiting = waiting to be sent
phone-one-sent = sent
phone-sent = Sent # waiting confirmations; the center recorded them.
phone-sending = Sending…
phone-offline = No connection yet; they are sent by themselves when there is one.
phone-log-in = Log in again to send.
phone-other = Whoever is logged in is not who spoke; log in again under your own name to send.
phone-others = Confirmations of somebody else that are not sent yet on this device: #. They are sent only when that person logs in.
phone-way = Log in again
phone-refused = The center did not record it:
phone-drop = Drop, do not send
phone-seen = Read, take off the list
phone-leave = Confirmations not sent yet: #. They stay on this device and are sent only when you log in again. Press Log out once more to leave.
phone-login = Confirmations on this device not sent yet: #. Whoever made them may log in to send them.

flash-spoken-since = After your page was loaded somebody else confirmed or undid this airing. Nothing was recorded; look again and confirm if it is still needed.

offline-title = No connection
offline-text = This page is not kept on this device. The station's day opens if this device opened it while connected.
offline-open = Open today
