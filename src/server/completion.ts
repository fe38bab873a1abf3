import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import * as z from 'zod';
import type { Services } from '../domain/services.ts';
import type { Log } from '../log.ts';
import type { Prompt, Completes as PromptCompletes } from '../prompts/define-prompt.ts';
import type { Resource, Completes as ResourceCompletes } from '../resources/define-resource.ts';
import { isTemplate } from '../resources/match-uri.ts';
import { type Candidate, dayCandidates, sinceCandidates, weekCandidates } from './completion-dates.ts';
import { completionSource } from './completion-source.ts';
import type { Contacts } from './contacts.ts';
import type { DidYouMean } from './input-error.ts';
import { noSuchPrompt } from './register-prompts.ts';
import { paramsOf, requestOf } from './request.ts';
import { invalidParams } from './rpc-fault.ts';
import { createRunning, type RunningOptions } from './running.ts';

export interface CompletionOptions extends RunningOptions {
  /** Those that are listed. */
  resources: readonly Resource[];
  prompts: readonly Prompt[];
  services: () => Promise<Services>;
  contacts: Contacts;
  /** ISO date in the user's zone. */
  today: () => string;
  log: Log;
  didYouMean: DidYouMean;
  /** How long a completion may take. Default 1.5 s. */
  completionMs?: number;
}

/** As the protocol has it. */
const maxValues = 100;

type Completes = PromptCompletes | ResourceCompletes;
/** Undefined while nobody knows. */
type Complete = (typed: string) => Promise<string[] | undefined>;

const completeParams = z.object({
  ref: z.object({
    type: z.enum(['ref/prompt', 'ref/resource']),
    /** Of a prompt. */
    name: z.string().default(''),
    /** Of a resource template. */
    uri: z.string().default(''),
  }),
  argument: z.object({ name: z.string(), value: z.string() }),
});

/** Answers `completion/complete`. @returns what ends the questions that are still open. */
export function registerCompletion(server: Server, options: CompletionOptions): () => Promise<void> {
  const running = createRunning({ ...options, deadlineMs: options.deadlineMs ?? 15_000 });
  const completes = completers(options, running);
  server.setRequestHandler(requestOf('completion/complete'), async ({ params }) => {
    const { ref, argument } = paramsOf(completeParams, params);
    const kind =
      ref.type === 'ref/prompt'
        ? promptArgument(options, ref.name, argument.name)
        : resourceVariable(options, ref.uri, argument.name);
    const found = kind === undefined ? [] : await completes[kind](argument.value);
    if (!found) return { completion: { values: [] } };
    const values = [...new Set(found)];
    return {
      completion: {
        values: values.slice(0, maxValues),
        total: values.length,
        hasMore: values.length > maxValues,
      },
    };
  });
  return running.stop;
}

function completers(
  { services, contacts, today, log, completionMs: patienceMs = 1_500 }: CompletionOptions,
  running: ReturnType<typeof createRunning>,
): Record<Completes, Complete> {
  const folders = completionSource({
    ...{ name: 'folders', running, log, patienceMs },
    ask: async (signal) => folderCandidates(await (await services()).mail.folders({}, { signal })),
  });
  const calendars = completionSource({
    ...{ name: 'calendars', running, log, patienceMs },
    ask: async (signal) =>
      calendarCandidates(await (await services()).calendar.listCalendars({}, { signal })),
  });
  const of =
    (candidates: () => Candidate[] | Promise<Candidate[] | undefined>): Complete =>
    async (typed) =>
      matching((await candidates()) ?? undefined, typed);
  return {
    folder: of(folders),
    calendar: of(calendars),
    date: of(() => dayCandidates(today())),
    week: of(() => weekCandidates(today())),
    since: of(() => sinceCandidates(today())),
    language: of(() => [
      { value: 'en', words: ['english'] },
      { value: 'de', words: ['deutsch', 'german'] },
    ]),
    duration: of(() => ['15', '30', '45', '60', '90', '120'].map((value) => ({ value }))),
    person: async (typed) => contacts.matching(typed),
  };
}

/** Roles first: they are short, and the same in every mailbox. */
function folderCandidates({ folders }: Awaited<ReturnType<Services['mail']['folders']>>): Candidate[] {
  const readable = folders.filter(({ holdsMessages }) => holdsMessages !== false);
  const roles = readable.flatMap(({ role }) => role ?? []);
  return [...roles.map((value) => ({ value })), ...readable.map(({ path }) => ({ value: path }))];
}

/** By name, as people know it; where two have one name, by the id, which alone says which. */
function calendarCandidates({
  calendars,
}: Awaited<ReturnType<Services['calendar']['listCalendars']>>): Candidate[] {
  const withEvents = calendars.filter(({ holds }) => holds.includes('events'));
  return withEvents.map(({ id, name }) => {
    const alone = withEvents.filter((other) => other.name === name).length === 1;
    return { value: alone ? name : id, words: [alone ? id : name] };
  });
}

/** Those that begin with what was typed, then those that hold it. */
function matching(candidates: readonly Candidate[] | undefined, typed: string): string[] | undefined {
  if (!candidates) return undefined;
  const wanted = typed.trim().toLowerCase();
  const texts = ({ value, words = [] }: Candidate) => [value, ...words].map((text) => text.toLowerCase());
  const begins = candidates.filter((one) => texts(one).some((text) => text.startsWith(wanted)));
  const holds = candidates.filter((one) => texts(one).some((text) => text.includes(wanted)));
  return [...begins, ...holds].map(({ value }) => value);
}

function promptArgument(
  { prompts, didYouMean }: CompletionOptions,
  name: string,
  argument: string,
): Completes | undefined {
  const prompt = prompts.find((candidate) => candidate.name === name);
  if (!prompt) throw noSuchPrompt(name, prompts, didYouMean);
  const found = prompt.arguments.find((candidate) => candidate.name === argument);
  const known = prompt.arguments.map((one) => one.name);
  if (!found)
    throw invalidParams(
      `${name} has no such argument${didYouMean(argument, known)}.`,
      `It takes: ${known.join(', ')}.`,
    );
  return found.completes;
}

function resourceVariable(
  { resources }: CompletionOptions,
  uri: string,
  variable: string,
): Completes | undefined {
  const variables = resources.find((candidate) => candidate.uri === uri)?.variables;
  if (!variables) {
    const templates = resources.filter(isTemplate).map((one) => one.uri);
    throw invalidParams(
      'There is no such resource template.',
      `There are: ${templates.join(', ') || 'none'}.`,
    );
  }
  const found = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
  const known = Object.keys(variables);
  if (!found) {
    throw known.length === 0
      ? invalidParams('This resource has no variables: there is nothing to complete.')
      : invalidParams('The template has no such variable.', `It takes: ${known.join(', ')}.`);
  }
  return found.completes;
}
