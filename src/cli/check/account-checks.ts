import { X509Certificate } from 'node:crypto';
import type { AccountConfig, Config } from '../../config/config.ts';
import type { Env } from '../../config/read-config.ts';
import { isLoopback } from '../../domain/loopback.ts';
import type { Log } from '../../log.ts';
import { readCertificates } from '../connections.ts';
import { caldavSteps } from './caldav-checks.ts';
import { openChecked } from './checked-connections.ts';
import { withGreeting } from './greeting.ts';
import { imapSteps } from './imap-checks.ts';
import type { Protocols } from './protocols.ts';
import { reachSteps, type Target } from './reach.ts';
import { smtpSteps } from './smtp-checks.ts';
import { leftOut, type Progress, type Round, runSteps, type Step } from './steps.ts';
import { type Check, failed, ok } from './verdict.ts';
import { nameOf, wordsOf } from './words.ts';

export interface AccountRound {
  account: AccountConfig;
  config: Config;
  /** In which password commands run. */
  env: Env;
  log: Log;
  version: string;
  /** Wall clock, in milliseconds. */
  now(): number;
  stepMs: number;
  whole: AbortSignal;
  progress: Progress;
}

interface Plan {
  protocol: 'imap' | 'smtp' | 'caldav';
  steps: readonly Step[];
  /** Why nothing of it is tried. */
  unused?: string | undefined;
}

/** All checks of one account, its protocols side by side. Never rejects. */
export async function checkAccount(options: AccountRound): Promise<Check[]> {
  const { account, config, env, log, version, now } = options;
  const secrets = new Set<string>();
  if (account.password.kind === 'value') secrets.add(account.password.value);
  if (account.davPassword.kind === 'value') secrets.add(account.davPassword.value);
  const round: Round = { ...options, account: account.accountName, shown: wordsOf(account, secrets) };
  const { checks, ca } = await localChecks(account, round);
  const isBroken = checks.some(({ status }) => status === 'failed');
  const connections = openChecked({ account, config, env, ca, log, version, secrets });
  try {
    const plans = plansOf({ account, config, connections, ca, now });
    const run = async ({ protocol, steps, unused }: Plan) => {
      const reason = isBroken ? 'not tried without MAILBOX_CA_FILE' : unused;
      const names = steps.map(({ check }) => check);
      return reason === undefined
        ? await runSteps(protocol, steps, round)
        : leftOut(protocol, names, reason, round);
    };
    return [...checks, ...(await Promise.all(plans.map(run))).flat()];
  } finally {
    await connections.close();
  }
}

/** What can be wrong before anything is asked of a server. */
async function localChecks(
  { caFile }: AccountConfig,
  round: Round,
): Promise<{ checks: Check[]; ca: string | undefined }> {
  if (caFile === undefined) return { checks: [], ca: undefined };
  let ca: string | undefined;
  const read: Step = {
    check: 'tls',
    run: async () => {
      ca = await readCertificates(caFile);
      return authorityVerdict(ca);
    },
  };
  return { checks: await runSteps('local', [read], round), ca };
}

function authorityVerdict(pem: string) {
  try {
    const { subject } = new X509Certificate(pem);
    return ok(`MAILBOX_CA_FILE: ${nameOf(subject)}`);
  } catch {
    return failed(
      'The file in MAILBOX_CA_FILE holds no certificate.',
      'It must be a PEM file, with a line -----BEGIN CERTIFICATE-----. Export the authority as PEM (Base64).',
    );
  }
}

function plansOf(protocols: Protocols): Plan[] {
  const { account, config, ca, now } = protocols;
  const reach = (target: Omit<Target, 'ca'>) => reachSteps({ ...target, ca }, now);
  const { imap, smtp, caldavUrl } = account;
  const imapTarget = { ...imap, upgrades: false, setting: 'MAILBOX_IMAP_HOST', usual: 'imap.mailbox.org' };
  const smtpTarget = {
    ...{ ...smtp, upgrades: !isLoopback(smtp.host) || ca !== undefined },
    ...{ setting: 'MAILBOX_SMTP_HOST', usual: 'smtp.mailbox.org' },
  };
  const davTargets = caldavUrl === undefined ? [] : [{ ...davTarget(caldavUrl), ca }];
  const davSteps = [...davTargets.flatMap((target) => reachSteps(target, now)), ...caldavSteps(protocols)];
  const [dav] = davTargets;
  return [
    {
      protocol: 'imap',
      steps: withGreeting([...reach(imapTarget), ...imapSteps(protocols)], 'IMAP', { ...imapTarget, ca }),
      unused: whyNoMail(config),
    },
    {
      protocol: 'smtp',
      steps: withGreeting([...reach(smtpTarget), ...smtpSteps(protocols)], 'SMTP', { ...smtpTarget, ca }),
      unused: config.readOnly ? 'MAILBOX_READ_ONLY: nothing is ever sent' : undefined,
    },
    {
      protocol: 'caldav',
      steps: dav ? withGreeting(davSteps, 'CalDAV', dav) : davSteps,
      unused: whyNoCalendar(account, config),
    },
  ];
}

/** Who may write invites by mail, too. */
function whyNoMail({ readOnly, toolsets }: Config): string | undefined {
  const isUsed = toolsets === undefined || toolsets.includes('mail') || !readOnly;
  return isUsed ? undefined : 'MAILBOX_TOOLSETS has no mail';
}

function whyNoCalendar({ caldavUrl }: AccountConfig, { toolsets }: Config): string | undefined {
  if (toolsets?.includes('calendar') === false) return 'MAILBOX_TOOLSETS has no calendar';
  return caldavUrl === undefined ? 'MAILBOX_CALDAV_URL is not set' : undefined;
}

function davTarget(address: string): Omit<Target, 'ca'> {
  const url = new URL(address);
  const secure = url.protocol === 'https:';
  return {
    ...{ host: url.hostname.replace(/^\[(.*)\]$/u, '$1'), port: Number(url.port || (secure ? 443 : 80)) },
    ...{ secure, upgrades: false, setting: 'MAILBOX_CALDAV_URL', usual: 'https://dav.mailbox.org/' },
  };
}
