import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  type ServerNotification,
  type ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { formatInstant } from '../domain/time.ts';
import { prompts } from '../prompts/catalogue.ts';
import { languageOfLocale } from '../prompts/language.ts';
import { resources } from '../resources/catalogue.ts';
import { type Calls, type CallsOptions, createCalls } from './calls.ts';
import { registerCompletion } from './completion.ts';
import { confirmation } from './confirmation.ts';
import { Contacts, rememberingContacts } from './contacts.ts';
import { instructions } from './instructions.ts';
import { listTools } from './list-tools.ts';
import type { Report } from './progress.ts';
import { listedPrompts, registerPrompts } from './register-prompts.ts';
import { listedResources, registerResources } from './register-resources.ts';
import { createSubscriptions } from './subscriptions.ts';

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

export interface ServerOptions extends Omit<CallsOptions, 'confirm'> {
  version: string;
  /** IANA zone that says which day is today. Default the system's. */
  timezone?: string | undefined;
  /** BCP 47, for the language of prompts: MCP clients do not tell theirs. Default the system's. */
  locale?: string | undefined;
  now?: () => Date;
  /** How long a completion may take. Default 1.5 s. */
  completionMs?: number;
}

export interface MailboxMcpServer {
  mcp: McpServer;
  /** Ends the running calls; resolves when each has its answer. */
  stopCalls(): Promise<void>;
}

/** The MCP side of the house; answers `initialize` and all lists without asking anything of anyone. */
export function createMcpServer({ version, ...given }: ServerOptions): MailboxMcpServer {
  const mcp = new McpServer({ name: 'mailbox-mcp-server', title: 'mailbox.org', version }, { instructions });
  // Declared here and not above, where the SDK would promise list changes: no list ever changes.
  mcp.server.registerCapabilities({
    tools: {},
    resources: { subscribe: true },
    prompts: {},
    completions: {},
  });
  const contacts = new Contacts();
  const services: ServerOptions['services'] = async (...of) =>
    rememberingContacts(await given.services(...of), contacts);
  const options = { ...given, services };
  const calls = createCalls({ ...options, confirm: () => confirmation(mcp.server) });
  const tools = listTools(options.tools);
  mcp.server.onerror = (error) => options.log.warn('protocol error', { cause: error });
  mcp.server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
  mcp.server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    calls.call(params.name, params.arguments, extra.signal, reportTo(extra)),
  );
  const stopBeside = registerBeside(mcp.server, options, calls, contacts);
  return { mcp, stopCalls: async () => void (await Promise.all([calls.stop(), stopBeside()])) };
}

/** What there is beside tools, for clients that ask for it: resources, prompts, completions. @returns its end */
function registerBeside(
  server: Server,
  options: Omit<ServerOptions, 'version'>,
  calls: Calls,
  contacts: Contacts,
) {
  const { tools, didYouMean, services, log, now = () => new Date() } = options;
  const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions();
  const today = () => formatInstant(now(), options.timezone ?? timeZone).slice(0, 10);
  const listed = { resources: listedResources(resources, tools), prompts: listedPrompts(prompts, tools) };
  const notify = (uri: string) => server.sendResourceUpdated({ uri });
  const subscriptions = createSubscriptions({ ...options, ...listed, services, notify, log });
  registerResources(server, { ...listed, calls, subscriptions, today });
  const language = languageOfLocale(options.locale ?? locale);
  registerPrompts(server, { ...listed, tools, language, today, didYouMean });
  const stopCompletion = registerCompletion(server, { ...options, ...listed, contacts, today });
  return () => Promise.all([stopCompletion(), subscriptions.stop()]);
}

/** Tells the client, if it wants to know, that a call is still at work. */
function reportTo({ _meta, sendNotification }: Extra): Report | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return (seconds) => {
    const params = { progressToken, progress: seconds, message: `Still working after ${seconds} s.` };
    // A client that is gone is noticed elsewhere.
    sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}
