/** Values under names: the sessions in an inbox, of an agent. A name without values takes no room. */
export interface NamedSets<V> {
  add(name: string, value: V): void;
  delete(name: string, value: V): void;
  of(name: string): readonly V[];
}

/** Two and more values under one name. */
class Several<V> extends Set<V> {}

export function createNamedSets<V extends object>(): NamedSets<V> {
  // One value stands for itself: most agents have one session, and a set for each would take more room than they do.
  const named = new Map<string, V | Several<V>>();
  return {
    add(name, value) {
      const known = named.get(name);
      if (known === undefined) named.set(name, value);
      else if (known instanceof Several) known.add(value);
      else if (known !== value) named.set(name, new Several([known, value]));
    },
    delete(name, value) {
      const known = named.get(name);
      if (known === value || (known instanceof Several && known.delete(value) && known.size === 0))
        named.delete(name);
    },
    of(name) {
      const known = named.get(name);
      if (known === undefined) return [];
      return known instanceof Several ? [...known] : [known];
    },
  };
}
