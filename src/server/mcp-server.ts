import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { formatInstant } from '../domain/time.ts';
import { prompts } from '../prompts/catalogue.ts';
import type { Prompt } from '../prompts/define-prompt.ts';
import { languageOfLocale } from '../prompts/language.ts';
import { resources } from '../resources/catalogue.ts';
import type { Resource } from '../resources/define-resource.ts';
import { argumentsOf, callToolRequest } from './call-request.ts';
import { type Calls, type CallsOptions, createCalls } from './calls.ts';
import { registerCompletion } from './completion.ts';
import { confirmation } from './confirmation.ts';
import { Contacts, rememberingContacts } from './contacts.ts';
import { instructionsFor } from './instructions.ts';
import { listTools } from './list-tools.ts';
import { reportTo } from './progress.ts';
import { listedPrompts, registerPrompts } from './register-prompts.ts';
import { listedResources, registerResources } from './register-resources.ts';
import { requestOf } from './request.ts';
import { createSubscriptions } from './subscriptions.ts';
import { VersionedServer } from './versioned-server.ts';

export interface ServerOptions extends Omit<CallsOptions, 'confirm' | 'takesLinks'> {
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
  const listed = {
    resources: listedResources(resources, given.tools),
    prompts: listedPrompts(prompts, given.tools),
  };
  const instructions = instructionsFor(given.tools);
  const mcp = new VersionedServer(
    { name: 'mailbox-mcp-server', title: 'mailbox.org', version },
    { instructions },
  );
  // Declared here and not above, where the SDK would promise list changes: no list ever changes.
  mcp.server.registerCapabilities({
    tools: {},
    resources: { subscribe: listed.resources.some(({ showsFolder }) => showsFolder !== undefined) },
    prompts: {},
    completions: {},
  });
  const contacts = new Contacts();
  const services: ServerOptions['services'] = async (...of) =>
    rememberingContacts(await given.services(...of), contacts);
  const options = { ...given, services };
  const calls = createCalls({
    ...options,
    confirm: confirmation(mcp.server),
    takesLinks: () => mcp.takesLinks,
  });
  const tools = listTools(options.tools);
  mcp.server.onerror = (error) => options.log.warn('protocol error', { cause: error });
  mcp.server.setRequestHandler(requestOf('tools/list'), () => ({ tools }));
  mcp.server.setRequestHandler(callToolRequest, ({ params }, extra) =>
    calls.call(params.name, argumentsOf(params), extra.signal, reportTo(extra)),
  );
  const stopBeside = registerBeside(mcp.server, { ...options, ...listed }, calls, contacts);
  return { mcp, stopCalls: async () => void (await Promise.all([calls.stop(), stopBeside()])) };
}

interface Listed {
  resources: readonly Resource[];
  prompts: readonly Prompt[];
}

/** What there is beside tools, for clients that ask for it: resources, prompts, completions. @returns its end */
function registerBeside(
  server: Server,
  options: Omit<ServerOptions, 'version'> & Listed,
  calls: Calls,
  contacts: Contacts,
) {
  const { now = () => new Date() } = options;
  const { timeZone, locale } = new Intl.DateTimeFormat().resolvedOptions();
  const today = () => formatInstant(now(), options.timezone ?? timeZone).slice(0, 10);
  const notify = (uri: string) => server.sendResourceUpdated({ uri });
  const subscriptions = createSubscriptions({ ...options, notify });
  registerResources(server, { ...options, calls, subscriptions, today });
  const language = languageOfLocale(options.locale ?? locale);
  registerPrompts(server, { ...options, language, today });
  const stopCompletion = registerCompletion(server, { ...options, contacts, today });
  return () => Promise.all([stopCompletion(), subscriptions.stop()]);
}
