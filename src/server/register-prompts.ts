import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  GetPromptRequestSchema,
  type GetPromptResult,
  ListPromptsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { Language, Prompt } from '../prompts/define-prompt.ts';
import { languageOf } from '../prompts/language.ts';
import { cleanArgument, maxArgumentChars, writePrompt } from '../prompts/write-prompt.ts';
import type { Tool } from '../tools/define-tool.ts';
import type { DidYouMean } from './input-error.ts';
import { invalidParams } from './rpc-fault.ts';

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
  server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: listed }));
  server.setRequestHandler(GetPromptRequestSchema, ({ params }) =>
    get(options, params.name, params.arguments ?? {}),
  );
}

/** @throws RpcFault for a prompt or an argument that there is not. */
function get(options: PromptsOptions, name: string, args: Readonly<Record<string, string>>): GetPromptResult {
  const { prompts, tools, today, didYouMean } = options;
  const prompt = prompts.find((candidate) => candidate.name === name);
  if (!prompt) {
    const known = prompts.map((candidate) => candidate.name);
    throw invalidParams(
      `There is no such prompt${didYouMean(name, known)}.`,
      `The prompts are: ${known.join(', ') || 'none'}.`,
    );
  }
  checkArguments(prompt, args, didYouMean);
  const language = wantedLanguage(args) ?? options.language;
  const text = writePrompt(prompt, { args, language, has: hasOf(tools), today: today() });
  return {
    description: prompt.description[language],
    messages: [{ role: 'user', content: { type: 'text', text } }],
  };
}

function checkArguments(
  prompt: Prompt,
  args: Readonly<Record<string, string>>,
  didYouMean: DidYouMean,
): void {
  const known = prompt.arguments.map(({ name }) => name);
  for (const [name, value] of Object.entries(args)) {
    if (!known.includes(name)) {
      throw invalidParams(
        `${prompt.name} has no such argument${didYouMean(name, known)}.`,
        `It takes: ${known.join(', ')}.`,
      );
    }
    if (cleanArgument(value).length > maxArgumentChars) {
      throw invalidParams(`${name} must be at most ${maxArgumentChars} characters long.`);
    }
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
