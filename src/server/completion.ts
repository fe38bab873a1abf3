import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import * as z from 'zod';
import type { Prompt, Completes as PromptCompletes } from '../prompts/define-prompt.ts';
import type { Resource, Completes as ResourceCompletes } from '../resources/define-resource.ts';
import { isTemplate } from '../resources/match-uri.ts';
import { type Candidate, dayCandidates, sinceCandidates, weekCandidates } from './completion-dates.ts';
import { calendarCandidates, folderCandidates, type MailboxCompletion } from './completion-mailbox.ts';
import type { Contacts } from './contacts.ts';
import type { DidYouMean } from './input-error.ts';
import { noSuchPrompt } from './register-prompts.ts';
import { paramsOf, requestOf } from './request.ts';
import { invalidParams } from './rpc-fault.ts';
import { createRunning, type Running, type RunningOptions } from './running.ts';

export interface CompletionOptions extends RunningOptions, MailboxCompletion {
  /** Those that are listed. */
  resources: readonly Resource[];
  prompts: readonly Prompt[];
  contacts: Contacts;
  /** ISO date in the user's zone. */
  today: () => string;
  didYouMean: DidYouMean;
}

/** As the protocol has it. */
const maxValues = 100;

type Completes = PromptCompletes | ResourceCompletes;
/** Undefined while nobody knows. */
type Complete = (typed: string, cancelled: AbortSignal) => Promise<string[] | undefined>;

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
  server.setRequestHandler(requestOf('completion/complete'), async ({ params }, { signal }) => {
    const { ref, argument } = paramsOf(completeParams, params);
    const kind =
      ref.type === 'ref/prompt'
        ? promptArgument(options, ref.name, argument.name)
        : resourceVariable(options, ref.uri, argument.name);
    const found = kind === undefined ? [] : await completes[kind](argument.value, signal);
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

function completers(options: CompletionOptions, running: Running): Record<Completes, Complete> {
  const { contacts, today } = options;
  const of =
    (candidates: (cancelled: AbortSignal) => Candidate[] | Promise<Candidate[] | undefined>): Complete =>
    async (typed, cancelled) =>
      matching(await candidates(cancelled), typed);
  return {
    folder: of(folderCandidates(options, running)),
    calendar: of(calendarCandidates(options, running)),
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
