### Urgent bulletins

cause-urgent = an urgent bulletin broke in
cause-expired = the urgent order had expired (10 minutes)
act-urgent-asked = asked for an urgent break-in
act-urgent-confirmed = confirmed an urgent break-in
act-urgent-refused = refused an urgent break-in
act-duty-given = put on duty
act-duty-ended = took off duty
