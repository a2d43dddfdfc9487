"""How much may cross the line. None of these is a policy: they are what a count can need, and too
little for a picture."""

# Bytes of a body.
BATCH_BYTES = 64 * 1024
OTHER_BYTES = 8 * 1024
# A batch is an object of lists of objects.
DEPTH = 3
# Characters of any string in any request: a sha256 in hexadecimal.
TEXT = 64

# Counters, alerts and deletions of a batch, together.
EVENTS = 500
DELETIONS = 20
# Of a session, and so of a batch.
CAMERAS = 16
CATEGORIES = 40
# Numbers of missing batches that an answer lists; the lowest come first.
MISSING = 500
SESSIONS = 50
GATES = 40

# Within a session, numbers go up to these: a batch every two seconds for eleven hours.
BATCHES = 20_000
REQUESTS = 1_000_000
MANIFESTS = 50
# Three a second for nine hours: a system that goes wrong must still be able to say so.
ALERTS = 99_999
# A hundred and sixty faces a second, by one camera.
FACES_A_MINUTE = 10_000
FACES = 10_000_000
PEOPLE = 1_000_000
DELETED = 100_000_000
# What systems say of one alert, the first time and in corrections.
REPORTS = 20
