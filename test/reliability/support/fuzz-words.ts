/** One a line. */
const lines = (text: string): string[] => text.trim().split('\n');
const endedBy = (end: string, text: string): string[] => lines(text).map((line) => `${line}${end}`);

export const mimeWords = [
  ...['\r\n', '\r\n\r\n', '\n', '\r\n--b\r\n', ' ', '\t', '\0', '=ZZ', '<p>text</p>'],
  ...endedBy(
    '\r\n',
    `
--b
--b--
--c
--
Content-Type: multipart/mixed; boundary=b
Content-Type: multipart/alternative; boundary="c"
Content-Type: multipart/related; boundary=
Content-Type: message/rfc822
Content-Type: message/delivery-status
Content-Type: /;;=
Content-Type: text/plain; charset=utf-7; format=flowed
Content-Type: text/html; charset=utf-16
Content-Type: text/html
Content-Type: text/calendar
Content-Type: application/pdf
Content-Type: application/pkcs7-mime
Content-Transfer-Encoding: base64
Content-Transfer-Encoding: quoted-printable
Content-Transfer-Encoding: x-uuencode
Content-Disposition: attachment; filename*0*=utf-8''a%ff; filename*1=b
MIME-Version: 1.0
%PDF-1.7
begin 644 a.txt
=3D=
QUJD
Subject: =?utf-8?B?4pi6?= =?x?Q?=FF?=
Subject:
From: "a\\" <b@c>, ;:<<@@>>
From: x
To: group: a@b, c@d;
Date: Tue, 99 Foo 0000 99:99:99 +9999
References: <a@b> <
List-Unsubscribe: <http://x>, <
> quoted
-- 
plain words`,
  ),
];

export const htmlWords = [
  ...lines(`
<div>
</div>
<p>
<table>
<tr>
<td>
</table>
<li>
<ul>
<blockquote>
<a href="
">
</a>
<!--
-->
<![CDATA[
]]>
<script>
</script>
<style>
</style>
<svg>
<math>
<template>
<select>
<option>
<textarea>
<title>
<plaintext>
<noscript>
<br>
<img src=x alt="
<font size=
<span style="`),
  ...'display:none; color:#fff; font-size:0; @media\u00a0x{ .a{ } *{ @import url( calc(1px* !important'.split(
    ' ',
  ),
  ...'&amp; &#x0; &#1114112; &nbsp < > " \' = </ <?xml <o:p> javascript: data:text/html, http://h/ words'.split(
    ' ',
  ),
];

export const icsWords = endedBy(
  '\r\n',
  `
BEGIN:VEVENT
END:VEVENT
BEGIN:VALARM
END:VALARM
BEGIN:VTIMEZONE
END:VTIMEZONE
BEGIN:
BEGIN:STANDARD
UID:one
UID:
DTSTART:20260302T090000Z
DTSTART;VALUE=DATE:20260302
DTSTART:20260302
DTSTART:x
DTSTART;TZID=Europe/Berlin:20260302T090000
DTSTART;TZID=Mars:99999999T999999
DTEND:20250101T000000Z
DTEND:20260302T100000Z
DURATION:-P1D
DURATION:P99999999999W
RRULE:FREQ=SECONDLY
RRULE:
RRULE:FREQ=YEARLY;BYDAY=20MO;BYSETPOS=-1
RRULE:FREQ=DAILY;INTERVAL=2000000000
RRULE:FREQ=DAILY;COUNT=9e9
EXDATE:20260303T090000Z
RDATE;VALUE=PERIOD:20260302T090000Z/PT1H
RECURRENCE-ID:20260303T090000Z
RECURRENCE-ID;RANGE=THISANDFUTURE:20260304T090000Z
SUMMARY:words
SUMMARY:\\n\\;\\,\\x
STATUS:ODD
ATTENDEE;CN="a":mailto:b@c
ATTENDEE:
ORGANIZER;CN=x
DESCRIPTION;LANGUAGE=:x
 folded
X-A;B=C:D
:
;
TZID:Mars
TZOFFSETTO:+9999
TRIGGER:-PT5M
CLASS:PRIVATE`,
);

export const imapWords = endedBy(
  '\r\n',
  `
* OK
* BAD x
* NO [ALERT] x
* 1 EXISTS
* 0 EXISTS
* 4294967296 EXISTS
* 1 EXPUNGE
* -1 EXPUNGE
* VANISHED 1:*
* VANISHED (EARLIER) 9
* FLAGS ()
* 1 FETCH (UID 99)
* 1 FETCH (FLAGS (\\Seen)
* 7 FETCH NIL
* 1 FETCH (ENVELOPE NIL)
* 1 FETCH (UID 1 BODYSTRUCTURE (NIL NIL))
* 1 FETCH (UID 1 BODY[] NIL)
* 1 FETCH ((((((
* SEARCH 1 2 x
* ESEARCH (TAG "x") UID ALL 1:9
* LIST () NIL x
* LIST (\\Noselect) "/" ""
* STATUS x ()
* OK [UIDVALIDITY 0] x
* OK [UIDNEXT 99999999999] x
* CAPABILITY
* THREAD (1)(((2)))
* SORT
* "x
* x
*
+ go on
+
ZZZ OK x`,
);

const ids =
  'inbox INBOX all Drafts ../../etc/passwd INBOX/1-1 INBOX/zzzzzz-99999999999 / a/b/c kalender kalender/x';
const moments =
  '2026-03-02 2026-03-02T09:00 0000-00-00 9999-12-31 -1 2026-02-30 24:00 now 1e99 09:00-17:00 UTC Mars/Base';
const people = 'bob@sandbox.test <@> a@b,c@d http://[ javascript:x data:,x <b>x</b> kalender/x@2026-03-02';
const others = '" \\ * % {5} NIL &AAA- 🙂 __proto__ constructor - from:x eyJhIjoxfQ 1 1.1.1.1.1 HEADER';

export const argumentWords = [
  ...[
    '',
    ' ',
    'x'.repeat(10_000),
    '\r\nBcc: x@y',
    '\0',
    '\ud800',
    '"a phrase',
    'OR OR',
    'Bob <bob@sandbox.test>',
  ],
  ...['FREQ=DAILY', 'FREQ=SECONDLY;COUNT=1e9'],
  ...[ids, moments, people, others].flatMap((words) => words.split(' ')),
];
