import type { Case } from './case.ts';
import { cutAtEachStage } from './cases/A1-cut-at-each-stage.ts';
import { cutAtEachByte } from './cases/A2-cut-at-each-byte.ts';
import { sameKeyAgain } from './cases/A3-same-key-again.ts';
import { noCopy } from './cases/A4-no-copy.ts';
import { serverFilesToo } from './cases/A5-server-files-too.ts';
import { refusedRecipients } from './cases/A6-refused-recipients.ts';
import { lineBreaks } from './cases/A7-line-breaks.ts';
import { addresses } from './cases/A8-addresses.ts';
import { cancelled } from './cases/A9-cancelled.ts';
import { recipients } from './cases/A10-recipients.ts';
import { anotherUidValidity } from './cases/B1-another-uidvalidity.ts';
import { okAndNothingDone } from './cases/B2-ok-and-nothing-done.ts';
import { twoClients } from './cases/B3-two-clients.ts';
import { lesserServers } from './cases/B4-lesser-servers.ts';
import { cutAtEachReplyByte } from './cases/B5-cut-at-each-byte.ts';
import { garbageOnTheWire } from './cases/B6-garbage.ts';
import { slowServer } from './cases/B7-slow-server.ts';
import { oddMail } from './cases/B8-odd-mail.ts';
import { wholeInPages } from './cases/B9-whole-in-pages.ts';
import { folderNames } from './cases/B10-folder-names.ts';
import { whereMailLands } from './cases/B11-where-mail-lands.ts';
import { searchOracle } from './cases/B12-search-oracle.ts';
import { recurrenceOracle } from './cases/C1-recurrence-oracle.ts';
import { hostileRules } from './cases/C2-hostile-rules.ts';
import { zones } from './cases/C3-zones.ts';
import { races } from './cases/C4-races.ts';
import { lostAnswers } from './cases/C5-lost-answers.ts';
import { untouched } from './cases/C6-edits.ts';
import { defectiveFiles } from './cases/C7-defective-files.ts';
import { freeBusyTruth } from './cases/C8-free-busy.ts';
import { limitedServers } from './cases/C9-limited-servers.ts';
import { mailedInvitations } from './cases/C10-mailed-invitations.ts';
import { injection } from './cases/D1-injection.ts';
import { forgedBoundaries } from './cases/D2-forged-boundaries.ts';
import { savedFiles } from './cases/D4-saved-files.ts';
import { attachedFiles } from './cases/D5-attached-files.ts';
import { egress } from './cases/D6-egress.ts';
import { tls } from './cases/D7-tls.ts';
import { secretsStayIn } from './cases/D8-secrets.ts';
import { policyHolds } from './cases/D10-policy.ts';
import { pureStdout } from './cases/E1-pure-stdout.ts';
import { killed } from './cases/E2-killed.ts';
import { outagesEnd } from './cases/E3-outages.ts';
import { refusedLogins } from './cases/E4-refused-logins.ts';
import { fuzzed } from './cases/E5-fuzz.ts';

/** The scorecard, section by section, in its order. */
export const sections: Readonly<Record<string, readonly Case[]>> = {
  sending: [
    cutAtEachStage,
    cutAtEachByte,
    sameKeyAgain,
    noCopy,
    serverFilesToo,
    refusedRecipients,
    lineBreaks,
    addresses,
    cancelled,
    recipients,
  ],
  mailbox: [
    anotherUidValidity,
    okAndNothingDone,
    twoClients,
    lesserServers,
    cutAtEachReplyByte,
    garbageOnTheWire,
    slowServer,
    oddMail,
    wholeInPages,
    folderNames,
    whereMailLands,
    searchOracle,
  ],
  calendar: [
    recurrenceOracle,
    hostileRules,
    zones,
    races,
    lostAnswers,
    untouched,
    defectiveFiles,
    freeBusyTruth,
    limitedServers,
    mailedInvitations,
  ],
  security: [injection, forgedBoundaries, savedFiles, attachedFiles, egress, tls, secretsStayIn, policyHolds],
  running: [pureStdout, killed, outagesEnd, refusedLogins, fuzzed],
};
