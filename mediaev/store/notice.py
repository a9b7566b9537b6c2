"""`VERIFY.txt`: how to check a case by hand, for people who do not have or trust mediaev."""

VERIFY_TXT = """\
HOW TO CHECK THIS CASE WITHOUT MEDIAEV

This folder is a case of mediaev, a tool for evidence in pictures and videos. Its custody
log says what was done with every exhibit, in order. You can check the log with programs
that have nothing to do with mediaev: sqlite3, sha256sum and openssl, or a page of your own
code. Work on a copy: copy the whole folder, case.db-wal included if it is there.

What is here

  case.db            the database (SQLite 3). Table `event` is the log.
  log/checkpoint     the newest signed head of the log: a short text.
  log/checkpoints/   all signed heads, named by the number of events under them.
  log/anchors/       answers of time-stamping authorities about these heads, if any were asked.
  log/vkey.txt       the public keys that sign heads. Compare them with a copy that you
                     got from the case's keeper by another way, on paper or by phone.
  objects/           copies of originals, if any were kept. Each is named by its SHA-256:
                     sha256sum must print the file's own name.
  cache/             previews. Worth nothing as evidence.

What to check

1. The rows of `event` are numbered by `seq` without a gap, from 0.

2. In each row `leaf_hash` is SHA-256 of one byte 00 followed by the bytes of `body`.
   `body` is JSON text; it is hashed as it stands. For the first event:

     sqlite3 -readonly case.db "SELECT '00' || hex(body) FROM event WHERE seq = 0" \\
       | xxd -r -p | sha256sum
     sqlite3 -readonly case.db "SELECT lower(hex(leaf_hash)) FROM event WHERE seq = 0"

3. Each body says "seq": its own number, "vault": the same name in all, and, where it is about
   an exhibit, "prev_item": number and leaf hash of the last earlier event about it.

4. The root of the log is the Merkle tree hash of RFC 6962, section 2.1, over the leaf hashes:
   one leaf is its own root; the root of n leaves is SHA-256 of one byte 01, the root of the
   first k leaves and the root of the others, where k is the largest power of 2 below n.

5. log/checkpoint has three lines: the log's name, the number n of events, and base64 of the
   root over the first n. The root that you computed must be the one that stands there.
   (Events after the n-th were written since the last head was signed.) The same holds for
   every file in log/checkpoints.

6. Below an empty line stand the signatures: each a dash, the key's name, and base64 of 4 bytes
   of key id and the signature. A line of log/vkey.txt is name, key id and base64 of one byte of
   type and the public key, joined by +. This is the "signed note" of C2SP
   (https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint). The first signature is
   Ed25519 (RFC 8032, 64 bytes; type 01, key of 32 bytes) over the text above the empty line, its
   last line break included. With OpenSSL 3, where no other key pair signs (the first two lines
   make a public key file from log/vkey.txt):

     (printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'
      head -n 1 log/vkey.txt | cut -d + -f 3- | base64 -d | tail -c 32) > key.der
     sed '/^$/,$d' log/checkpoint > text
     sed -n 5p log/checkpoint | cut -d ' ' -f 3 | base64 -d | tail -c 64 > signature
     openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in text \\
       -sigfile signature

7. The second signature, if there is one, is ML-DSA-44 (FIPS 204), which is to hold when Ed25519
   is broken one day: 8 bytes of time and 2420 bytes (type 06, key of 1312 bytes). It is over a
   packed form of the same head (https://c2sp.org/tlog-cosignature). With OpenSSL 3.5 or later:

     (printf '\\060\\202\\005\\062\\060\\013\\006\\011\\140\\206\\110\\001\\145\\003'
      printf '\\004\\003\\021\\003\\202\\005\\041\\000'
      sed -n 2p log/vkey.txt | cut -d + -f 3- | base64 -d | tail -c 1312) > key2.der
     sed -n 6p log/checkpoint | cut -d ' ' -f 3 | base64 -d | tail -c 2428 > stamped
     tail -c 2420 stamped > signature2
     name=$(sed -n 1p log/checkpoint)
     named() { printf "\\\\$(printf %03o ${#name})%s" "$name"; }
     (printf 'subtree/v1\\n\\000'; named; head -c 8 stamped; named; head -c 8 /dev/zero
      printf %016x $(sed -n 2p log/checkpoint) | xxd -r -p
      sed -n 3p log/checkpoint | base64 -d) > statement
     openssl pkeyutl -verify -pubin -keyform DER -inkey key2.der -rawin -in statement \\
       -sigfile signature2

8. A value {"$c": "..."} in a body is a commitment to something that may identify people. Its
   opening, if it was not destroyed, is a row of `disclosure`. "..." is the base64url SHA-256 of
   base64url(JSON [salt, path, value]), where the salt is written in base64url and the JSON has
   the form of the bodies. The log can be checked without any opening.

8. log/anchors/N/NAME.tsr is what the authority NAME answered about log/checkpoints/N.txt: a time
   stamp of RFC 3161. Get the authority's root certificate from itself, not from the keeper of the
   case. The first command prints the time; the second one checks it, where SECONDS is that time
   in seconds since 1970 (date -u -d '2026-11-25 22:50:44' +%s prints them):

     openssl ts -reply -in log/anchors/N/NAME.tsr -text
     openssl ts -verify -data log/checkpoints/N.txt -in log/anchors/N/NAME.tsr \\
       -CAfile root.pem -attime SECONDS

   Then the first N events were in the log by that time. The answer's SHA-256 stands in an
   event of the type anchor.token: that event and all after it were logged later.

What this shows, and what it does not

The log shows what was recorded and in which order, and that it has not changed since a head
left the keeper's hands. It cannot show that what was recorded is true, or that nothing was
left out. A log that ends before a head that you were shown is an older or incomplete copy:
ask for the newer one before you call it tampering.

The full specification is docs/formats/custody-log.md in mediaev's sources; the tables are
described in docs/formats/case.md.
"""
