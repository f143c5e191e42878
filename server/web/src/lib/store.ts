/** What a component can read and watch; the SDK's `Readable` is one. */
export interface Watchable<T> {
  readonly getSnapshot: () => T;
  readonly subscribe: (onChange: () => void) => () => void;
}

/** A value of the page itself that components watch. */
export interface Store<T> extends Watchable<T> {
  set(next: T): void;
}

export function createStore<T>(initial: T): Store<T> {
  const listeners = new Set<() => void>();
  let value = initial;
  return {
    getSnapshot: () => value,
    subscribe(onChange) {
      listeners.add(onChange);
      return () => void listeners.delete(onChange);
    },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of Array.from(listeners)) listener();
    },
  };
}
