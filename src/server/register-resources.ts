import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { CallToolResult, ReadResourceResult } from '@modelcontextprotocol/sdk/types.js';
import { toMailboxError } from '../domain/errors.ts';
import type { Resource } from '../resources/define-resource.ts';
import { isTemplate, type Match, matchUri } from '../resources/match-uri.ts';
import { takesAllAccounts } from '../tools/account-choice.ts';
import type { Tool } from '../tools/define-tool.ts';
import type { Calls } from './calls.ts';
import { type Extra, reporting, reportTo } from './progress.ts';
import { paramsOf, requestOf, uriParams } from './request.ts';
import { faultOf, faultOfAnswer, resourceNotFound } from './rpc-fault.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface ResourcesOptions {
  /** Those that are listed: see `listedResources`. */
  resources: readonly Resource[];
  tools: readonly Tool[];
  calls: Calls;
  subscriptions: Subscriptions;
  /** ISO date in the user's zone. */
  today: () => string;
}

/** The resources of the tools there are: what a user has switched off cannot be read by another name. */
export function listedResources(resources: readonly Resource[], tools: readonly Tool[]): Resource[] {
  const names = new Set(tools.map(({ name }) => name));
  return resources.filter(({ tool }) => names.has(tool));
}

/**
 * Answers what clients ask of resources. The lists are the same every time and ask nobody; a read is a call of the
 * resource's tool, with its time limit, its size limit and its errors.
 */
export function registerResources(server: Server, options: ResourcesOptions): void {
  const { resources, subscriptions } = options;
  const fixed = resources.filter((resource) => !isTemplate(resource)).map(described);
  const templates = resources.filter(isTemplate).map(({ uri, ...resource }) => {
    const { uri: uriTemplate, ...words } = described({ uri, ...resource });
    return { uriTemplate, ...words };
  });
  server.setRequestHandler(requestOf('resources/list'), () => ({ resources: fixed }));
  server.setRequestHandler(requestOf('resources/templates/list'), () => ({ resourceTemplates: templates }));
  server.setRequestHandler(requestOf('resources/read'), ({ params }, extra) =>
    read(options, paramsOf(uriParams, params).uri, extra),
  );
  server.setRequestHandler(requestOf('resources/subscribe'), async ({ params }, extra) => {
    await reporting(reportTo(extra), subscriptions.subscribe(paramsOf(uriParams, params).uri, extra.signal));
    return {};
  });
  server.setRequestHandler(requestOf('resources/unsubscribe'), async ({ params }) => {
    await subscriptions.unsubscribe(paramsOf(uriParams, params).uri);
    return {};
  });
}

function described({ uri, name, title, description, mimeType }: Resource) {
  return { uri, name, title, description, ...(mimeType !== undefined && { mimeType }) };
}

/** @throws RpcFault; an empty resource would say that there is nothing. */
async function read(
  { resources, tools, calls, today }: ResourcesOptions,
  uri: string,
  extra: Extra,
): Promise<ReadResourceResult> {
  const match = matchUri(resources, uri);
  if (!match) {
    const known = resources.map((resource) => resource.uri).join(', ');
    throw resourceNotFound(uri, 'There is no resource of this URI.', `There are: ${known || 'none'}.`);
  }
  const tool = tools.find(({ name }) => name === match.resource.tool);
  // No URI says an account: it is of all of them where that can be.
  const account = tool && takesAllAccounts(tool) ? { account: 'all' } : {};
  const args = { ...argumentsOf(match, today(), uri), ...account };
  const answer = await calls.call(match.resource.tool, args, extra.signal, reportTo(extra));
  if (answer.isError) throw faultOfAnswer(answer, uri);
  return { contents: [contentsOf(answer, uri)] };
}

function argumentsOf({ resource, variables }: Match, today: string, uri: string) {
  try {
    return resource.arguments(variables, today);
  } catch (error) {
    throw faultOf(toMailboxError(error), uri);
  }
}

/** What an attachment says beside its text, when that is all there is to know of it. */
const plainFacts = new Set(['name', 'type', 'size', 'text', 'totalChars']);

/**
 * A picture as itself; the text of an attachment as text when it is whole and nothing is to be said of it; else the JSON
 * of the tool, in which a cut text has `nextOffset` and a hidden one its warning.
 */
function contentsOf(answer: CallToolResult, uri: string) {
  const image = answer.content.find((block) => block.type === 'image');
  if (image) return { uri, mimeType: image.mimeType, blob: image.data };
  const facts = answer.structuredContent ?? {};
  const isPlain = Object.keys(facts).every((name) => plainFacts.has(name));
  if (isPlain && typeof facts.text === 'string')
    return { uri, mimeType: textTypeOf(facts.type), text: facts.text };
  return { uri, mimeType: 'application/json', text: JSON.stringify(facts) };
}

/** Kinds of text that are shown as they came; of others (pages, documents, events) the text was read out. */
const verbatim = new Set(['text/csv', 'text/tab-separated-values', 'text/markdown']);

function textTypeOf(type: unknown): string {
  return typeof type === 'string' && verbatim.has(type) ? type : 'text/plain';
}
