import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { GetPromptResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import type { Language, Prompt } from '../prompts/define-prompt.ts';
import { languageOf } from '../prompts/language.ts';
import { cleanArgument, maxArgumentChars, writePrompt } from '../prompts/write-prompt.ts';
import { takesAllAccounts } from '../tools/account-choice.ts';
import type { Tool } from '../tools/define-tool.ts';
import { parseJson } from './coerce.ts';
import type { DidYouMean } from './input-error.ts';
import { paramsOf, requestOf } from './request.ts';
import { invalidParams, type RpcFault } from './rpc-fault.ts';

export interface PromptsOptions {
  /** Those that are listed: see `listedPrompts`. */
  prompts: readonly Prompt[];
  tools: readonly Tool[];
  /** Of the list, and of a prompt that is not asked for in another. */
  language: Language;
  /** ISO date in the user's zone. */
  today: () => string;
  didYouMean: DidYouMean;
}

/** Those the tools of this run can do. */
export function listedPrompts(prompts: readonly Prompt[], tools: readonly Tool[]): Prompt[] {
  return prompts.filter((prompt) => prompt.offered(hasOf(tools)));
}

/** Answers what clients ask of prompts; from memory, and the list the same every time. */
export function registerPrompts(server: Server, options: PromptsOptions): void {
  const { prompts, language } = options;
  const listed = prompts.map((prompt) => ({
    name: prompt.name,
    title: prompt.title[language],
    description: prompt.description[language],
    arguments: prompt.arguments.map(({ name, description }) => ({
      name,
      description: description[language],
    })),
  }));
  server.setRequestHandler(requestOf('prompts/list'), () => ({ prompts: listed }));
  server.setRequestHandler(requestOf('prompts/get'), ({ params }) => {
    const { name, arguments: sent } = paramsOf(promptParams, params);
    const args = argumentsAsSent.safeParse(typeof sent === 'string' ? parseJson(sent) : (sent ?? {}));
    if (!args.success) throw invalidParams('arguments must be an object.');
    return get(options, name, args.data);
  });
}

const promptParams = z.object({ name: z.string(), arguments: z.unknown().optional() });
const argumentsAsSent = z.record(z.string(), z.unknown());

/** @throws RpcFault for a prompt or an argument that there is not. */
function get(
  options: PromptsOptions,
  name: string,
  given: Readonly<Record<string, unknown>>,
): GetPromptResult {
  const { prompts, tools, today, didYouMean } = options;
  const prompt = prompts.find((candidate) => candidate.name === name);
  if (!prompt) throw noSuchPrompt(name, prompts, didYouMean);
  const args = checkedArguments(prompt, given, didYouMean);
  checkSense(prompt, args, today());
  const language = wantedLanguage(args) ?? options.language;
  const ofAllAccounts = tools.filter(takesAllAccounts).map((tool) => tool.name);
  const text = writePrompt(prompt, { args, language, has: hasOf(tools), today: today(), ofAllAccounts });
  return {
    description: prompt.description[language],
    messages: [{ role: 'user', content: { type: 'text', text } }],
  };
}

export function noSuchPrompt(name: string, prompts: readonly Prompt[], didYouMean: DidYouMean): RpcFault {
  const known = prompts.map((candidate) => candidate.name);
  return invalidParams(
    `There is no such prompt${didYouMean(name, known)}.`,
    `The prompts are: ${known.join(', ') || 'none'}.`,
  );
}

/** As texts: clients and models send numbers and booleans as what they are, and null for nothing. */
function checkedArguments(
  prompt: Prompt,
  given: Readonly<Record<string, unknown>>,
  didYouMean: DidYouMean,
): Record<string, string> {
  const known = prompt.arguments.map(({ name }) => name);
  const args = Object.entries(given).map(([name, value]) => [name, value ?? ''] as const);
  for (const [name, value] of args) {
    if (!known.includes(name)) {
      throw invalidParams(
        `${prompt.name} has no such argument${didYouMean(name, known)}.`,
        `It takes: ${known.join(', ')}.`,
      );
    }
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw invalidParams(`${name} must be a text.`, `${prompt.name} takes: ${known.join(', ')}.`);
    }
    if (cleanArgument(String(value)).length > maxArgumentChars) {
      throw invalidParams(`${name} must be at most ${maxArgumentChars} characters long.`);
    }
  }
  return Object.fromEntries(args.map(([name, value]) => [name, String(value)]));
}

/** @throws RpcFault for a number that makes no sense: in silence something else would be done than was asked for */
function checkSense(prompt: Prompt, args: Readonly<Record<string, string>>, today: string): void {
  for (const { name, sense } of prompt.arguments) {
    const value = cleanArgument(args[name] ?? '');
    const expected = value === '' ? undefined : sense?.(value, today);
    if (expected !== undefined) throw invalidParams(`${name} ${expected}.`);
  }
}

/** Clients send an empty text for what was not filled in. */
function wantedLanguage({ language = '' }: Readonly<Record<string, string>>): Language | undefined {
  if (language.trim() === '') return undefined;
  const found = languageOf(language);
  if (!found) throw invalidParams('language must be en or de.');
  return found;
}

function hasOf(tools: readonly Tool[]): (name: string) => boolean {
  const names = new Set(tools.map(({ name }) => name));
  return (name) => names.has(name);
}
