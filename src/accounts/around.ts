/** A port of which every call goes through `pass`. Every method of a port is asynchronous. */
export function around<T extends object>(
  port: T,
  pass: (work: () => Promise<unknown>) => Promise<unknown>,
): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => pass(async () => await Reflect.apply(member, target, args));
    },
  });
}
