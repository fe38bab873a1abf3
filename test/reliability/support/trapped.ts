const trap = new URL('./network-trap.mjs', import.meta.url).href;

/**
 * The environment under which a server writes every way out of its process into `file`.
 * @param routes from `host:port` that do not exist to those of the test
 */
export function trapped(file: string, routes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { NODE_OPTIONS: `--import=${trap}`, TRAP_FILE: file, TRAP_ROUTES: JSON.stringify(routes) };
}
