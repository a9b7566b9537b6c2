"""`custody/VERIFY.txt`: how to check a bag by hand, for people who do not have or trust mediaev."""

VERIFY_TXT = """\
HOW TO CHECK THIS BAG WITHOUT MEDIAEV

This folder is a BagIt bag (RFC 8493). data/ holds copies of exhibits, each in a folder that is
named by its SHA-256. custody/ holds the log of what was done with them. Everything here can be
checked with programs that have nothing to do with mediaev. Run the commands in this folder.

1. Every file is as it was when the bag was made:

     sha256sum --quiet -c manifest-sha256.txt
     sha256sum --quiet -c tagmanifest-sha256.txt
     sha512sum --quiet -c manifest-sha512.txt
     bagit.py --validate .                              (bagit-python)
     hashdeep -l -r -a -v -k custody/hashdeep.txt data  (hashdeep)

   This finds accidents. Whoever changes a file can also write new manifests: so compare the
   SHA-256 of tagmanifest-sha256.txt with the one that you got by another way.

2. custody/events.jsonl is the log, one event a line, from number 0. The leaf hash of an event is
   SHA-256 of one byte 00 and its line without the line break:

     (printf '\\000'; head -n 1 custody/events.jsonl | tr -d '\\n') | sha256sum

   The root over all leaf hashes is that of RFC 6962, section 2.1. custody/checkpoint says how
   many events there are and what their root is (base64), and is signed by a key that
   custody/vkey.txt lists. Compare that key with one that you got from the log's keeper by
   another way: one that comes with the bag proves nothing.

3. What may identify people stands in the log as {"$c": commitment}. custody/disclosures.jsonl
   holds the values that this bag tells, with their salts. The commitment is, with base64url
   without padding,

     base64url(SHA-256(base64url(JSON array of salt, path and value)))

   with no space in the JSON. Values that are not there were withheld; the log holds all the same.

4. custody/exhibits.jsonl says of every exhibit whether its bytes are in here (held), were left
   out on purpose (withheld), or could not be given out (missing, changed).

The log shows what was recorded, in which order, and that it has not changed since its heads were
given out. It cannot show that what was recorded is true, or that nothing was left out.
"""
