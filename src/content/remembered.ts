/** What was made of the key before, or is made now; for as long as the key lives. */
export function remembered<Key extends object, Value>(
  cache: WeakMap<Key, Value>,
  key: Key,
  make: (key: Key) => Value,
): Value {
  let known = cache.get(key);
  if (known === undefined) {
    known = make(key);
    cache.set(key, known);
  }
  return known;
}
