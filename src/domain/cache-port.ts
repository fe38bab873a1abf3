/** Values that stay for the session, bounded in number, size and age. Losing one only costs time. */
export interface CacheRegion<V> {
  get(key: string): V | undefined;
  /** @param bytes about how much memory the value holds. */
  set(key: string, value: V, bytes: number): void;
}

/** The state of a folder when an answer was made; equal tokens mean nothing in it has changed since. */
export interface FolderState {
  folder: string;
  token: string;
}
