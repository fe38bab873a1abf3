export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** The same in every language there is. */
export type InLanguages<T> = Readonly<Record<Language, T>>;

/** What the values of an argument are, for who completes them. */
export type Completes = 'folder' | 'person' | 'date' | 'week' | 'since' | 'duration' | 'language';

/**
 * What an argument has to be, told of a value that is a number without sense; undefined for what may be meant. Words pass:
 * the assistant makes of "next Friday" what the tools take.
 * @param today ISO date in the user's zone
 */
export type Sense = (value: string, today: string) => string | undefined;

/** Every argument is optional: clients leave them out, or send an empty text. */
export interface PromptArgument {
  name: string;
  description: InLanguages<string>;
  completes?: Completes;
  /** Default: anything makes sense. */
  sense?: Sense;
}

/** What a prompt is written from. */
export interface Given {
  /** A value the user gave, as it was cleaned; undefined when there is none. */
  value(argument: string): string | undefined;
  /** The same as quoted data, to stand in a text: `"Q3 planning"`. */
  quoted(argument: string): string | undefined;
  /** A tool is there in this run. A text names no other. */
  has(tool: string): boolean;
  /** ISO date in the user's zone. */
  today: string;
}

/** A piece of text, or nothing where its condition does not hold. */
export type Piece = string | false | undefined;

/** A request of the user to the assistant, in parts that are laid out the same way in every prompt. */
export interface Request {
  /** What is wanted, in one or two sentences. */
  goal: string;
  /** The way there, with the tools in their order; numbered. */
  steps: readonly Piece[];
  /** What the user wants to see. */
  show: readonly Piece[];
  /** What holds for this prompt beside what holds for all. */
  rules?: readonly Piece[];
}

/** A prompt is a value: what clients list, and the request it becomes. */
export interface Prompt {
  /** snake_case, and the file's name in kebab case. */
  name: string;
  title: InLanguages<string>;
  description: InLanguages<string>;
  arguments: readonly PromptArgument[];
  /** Whether the tools of this run can do it; else the prompt is not listed. */
  offered(has: Given['has']): boolean;
  request: InLanguages<(given: Given) => Request>;
}

/** Checks a literal; the catalogue holds prompts. Every prompt can be asked for in a language of choice. */
export function definePrompt(prompt: Prompt): Prompt {
  return { ...prompt, arguments: [...prompt.arguments, languageArgument] };
}

const languageArgument: PromptArgument = {
  name: 'language',
  description: { en: 'en or de', de: 'en oder de' },
  completes: 'language',
};
