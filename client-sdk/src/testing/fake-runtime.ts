import type { Runtime, Watched } from '../runtime.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The surroundings of one tab, to be played on. */
export interface FakeRuntime extends Runtime {
  setVisible(visible: boolean): void;
  setOnline(online: boolean): void;
  /** The tab is closed, or its page is about to be reloaded: its names are free, its storage stays. */
  unload(): void;
  /** How far this machine's clock is ahead of the server's (ms). */
  skew: number;
  /** What the tab's storage holds. */
  readonly stored: ReadonlyMap<string, string>;
  /** Listeners on the page; none when everything was closed. */
  readonly listeners: number;
}

interface Parts {
  readonly clock: VirtualClock;
  readonly random: () => number;
  /** Names that tabs hold: all tabs of a browser share them. */
  readonly names: Set<string>;
  readonly copyOf?: FakeRuntime;
  readonly device?: string;
}

export function fakeRuntime({ clock, random, names, copyOf, device = 'a test' }: Parts): FakeRuntime {
  const mine = new Set<string>();
  const stored = new Map(copyOf?.stored);
  const visible = new Switch();
  const online = new Switch();
  const runtime: FakeRuntime = {
    skew: 0,
    now: () => clock.now() + runtime.skew,
    setTimer: clock.setTimer,
    random,
    visible,
    online,
    device,
    stored,
    storage: {
      get: (key) => stored.get(key) ?? null,
      set: (key, value) => void (value === null ? stored.delete(key) : stored.set(key, value)),
    },
    locks: {
      async hold(name) {
        if (names.has(name)) return null;
        names.add(name);
        mine.add(name);
        return () => {
          names.delete(name);
          mine.delete(name);
        };
      },
    },
    setVisible: (value) => visible.set(value),
    setOnline: (value) => online.set(value),
    unload() {
      for (const name of mine) names.delete(name);
      mine.clear();
    },
    get listeners() {
      return visible.listeners.size + online.listeners.size;
    },
  };
  return runtime;
}

class Switch implements Watched<boolean> {
  readonly listeners = new Set<() => void>();
  #value = true;

  get(): boolean {
    return this.#value;
  }

  subscribe(onChange: () => void): () => void {
    this.listeners.add(onChange);
    return () => void this.listeners.delete(onChange);
  }

  set(value: boolean): void {
    if (value === this.#value) return;
    this.#value = value;
    for (const listener of Array.from(this.listeners)) listener();
  }
}
