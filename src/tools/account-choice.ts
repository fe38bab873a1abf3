import * as z from 'zod';
import type { Tool } from './define-tool.ts';

/**
 * The tools as they are where there are several accounts: each with `account`, and those that can take all of them with
 * `all`. Ids say whose they are, so that only few calls need it.
 * @param names of the accounts; the first is the default one. With fewer than two nothing changes.
 */
export function withAccounts(tools: readonly Tool[], names: readonly string[]): readonly Tool[] {
  const [first, ...others] = names;
  if (first === undefined || others.length === 0) return tools;
  const named = z.enum([first, ...others]).describe(`Default: as ids say, else ${first}`);
  const anyOrAll = z.enum([first, ...others, 'all']).describe(`Default ${first}; all: every account`);
  return tools.map((tool) => {
    if (tool.tellsOfAllAccounts) return tool;
    const account = tool.spansAccounts ? anyOrAll : named;
    const input = tool.input.extend({ account: account.optional() });
    return { ...tool, input, output: tool.spansAccounts ?? tool.output };
  });
}

/** The accounts these tools can be told of; none where there is but one. */
export function accountsIn(tools: readonly Tool[]): readonly string[] {
  const [names = []] = tools.flatMap(({ input: { shape } }) => {
    const account = shape.account instanceof z.ZodOptional ? shape.account.unwrap() : undefined;
    return account instanceof z.ZodEnum ? [account.options.map(String)] : [];
  });
  return names.filter((name) => name !== 'all');
}

/** Whether a call of the tool can be of all accounts at once. */
export function takesAllAccounts({ spansAccounts, input }: Tool): boolean {
  return spansAccounts !== undefined && 'account' in input.shape;
}
