# The listening page for everybody and its podcast: no log-in.

public-title = Administrative reform bulletins
public-description = Approved bulletins now airing on local loudspeakers. Hear them again, read their words and download them here.
public-open = Listen to bulletins without logging in
public-page = Public listening page
public-all = All bulletins
public-list = Newest bulletins first
public-topic = Topic
public-filter = Filter
public-empty = No bulletin on this topic is airing now.
public-podcast = Listen with a podcast app
public-podcast-help = Copy this address into your podcast app; it will tell you of new bulletins.
public-podcast-limits = The sound is Ogg Opus. If your app cannot open it (Apple Podcasts cannot), please listen on this page.
public-feed = Podcast address (RSS)
public-contact = Contact: { $contact }
public-same = The very file that stations play (Opus).
public-iphone = iPhones and iPads before iOS 18.4 cannot open Opus and use the WAV of { $size }: better on Wi-Fi.
public-download-opus = Download Opus, { $size }
public-download-wav = Download WAV, { $size }
public-transcript = The words
public-until = Airs until
public-share = Share
public-share-help = Send this address, or let others scan the code:
public-share-do = Share from this device
public-qr = QR code leading to this page
