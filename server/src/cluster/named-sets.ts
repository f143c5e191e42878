/** Values under names: the sessions in an inbox, of an agent. A name without values takes no room. */
export interface NamedSets<V> {
  add(name: string, value: V): void;
  delete(name: string, value: V): void;
  of(name: string): readonly V[];
}

export function createNamedSets<V>(): NamedSets<V> {
  const sets = new Map<string, Set<V>>();
  return {
    add(name, value) {
      const set = sets.get(name);
      if (set === undefined) sets.set(name, new Set([value]));
      else set.add(value);
    },
    delete(name, value) {
      const set = sets.get(name);
      if (set?.delete(value) === true && set.size === 0) sets.delete(name);
    },
    of: (name) => [...(sets.get(name) ?? [])],
  };
}
