import type { AccountConfig, Secret } from '../../config/config.ts';
import type { ProtocolStatus } from '../../domain/status.ts';
import type { Extension } from './capabilities.ts';
import { capabilityVerdict } from './capabilities.ts';
import type { Step } from './steps.ts';
import { failed, ok, type Verdict, warning } from './verdict.ts';

/** What `get_server_status` asks of one protocol, and what to say of it here. */
export interface LoginPlan {
  /** Logs in and never throws. */
  ask(signal: AbortSignal): Promise<ProtocolStatus>;
  secret: Secret;
  username: string;
  extensions: readonly Extension[];
  /** Settings of passwords that commands print here. */
  commands: readonly string[];
  /** What to do when the password was refused, where there is more to say than the login says. */
  refusedHint?: string;
}

/** A password command may wait for its user to unlock something. */
const commandMs = 25_000;
/** Slower than this is felt with every call. */
const slowMs = 1000;

/** Login, capabilities and latency: one question, asked with the login, answers all three. */
export function loginSteps(plan: LoginPlan): Step[] {
  let status: ProtocolStatus | undefined;
  const login: Step = {
    check: 'login',
    run: async (signal) => {
      status = await plan.ask(signal);
      return status.reachable ? ok(`as ${plan.username}`) : refused(status, plan);
    },
    ...(plan.secret.kind === 'command' ? { timeoutMs: commandMs } : {}),
  };
  return [
    login,
    {
      check: 'capabilities',
      run: async () => capabilityVerdict(plan.extensions, status?.capabilities ?? []),
    },
    { check: 'latency', run: async () => latencyVerdict(status?.latencyMs ?? 0) },
  ];
}

/** What the server adds about trying again in an hour is for who keeps running, and this does not. */
const restNote = /\s*So that the account is not locked,.*$/su;

function refused({ error }: ProtocolStatus, { refusedHint, commands }: LoginPlan): Verdict {
  const { code, message = 'The login failed.', hint = '' } = error ?? {};
  const isCommand = hint.includes('PASSWORD_COMMAND');
  const said = code === 'auth_failed' && !isCommand && refusedHint ? refusedHint : hint.replace(restNote, '');
  const verdict = failed(message, asSet(said, commands) || 'Try again in a minute.');
  return code === 'auth_failed' ? { ...verdict, isRefusal: true } : verdict;
}

/** The settings of this account's passwords that name a command. */
export function commandsOf({ password, davPassword }: AccountConfig): string[] {
  const isOwn = davPassword !== password;
  return [
    ...(password.kind === 'command' ? ['MAILBOX_PASSWORD'] : []),
    ...(davPassword.kind === 'command' && isOwn ? ['MAILBOX_DAV_PASSWORD'] : []),
  ];
}

/** Who has set a command shall not set the password beside it. */
function asSet(hint: string, commands: readonly string[]): string {
  return commands.reduce(
    (text, name) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'gu'), `what ${name}_COMMAND prints`),
    hint,
  );
}

function latencyVerdict(latencyMs: number): Verdict {
  const ms = Math.round(latencyMs);
  const detail = `one round trip takes ${ms} ms`;
  if (ms < slowMs) return { ...ok(detail), ms };
  const slow = warning(
    detail,
    'Every call takes several round trips: try another network, or without a VPN.',
  );
  return { ...slow, ms };
}
