/** A map whose values are made when they are first asked for, and kept. */
export class Made<V> extends Map<string, V> {
  readonly #make: (key: string) => V;

  constructor(make: (key: string) => V) {
    super();
    this.#make = make;
  }

  of(key: string): V {
    let value = this.get(key);
    if (value === undefined) this.set(key, (value = this.#make(key)));
    return value;
  }
}
