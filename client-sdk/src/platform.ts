import type { Unsubscribe } from './lib/scope.ts';
import { completeTime, type Runtime } from './runtime.ts';

/** A `Runtime` with the parts that were given, and the platform's for the rest. Touches no global before a part is used. */
export function completeRuntime(given: Partial<Runtime> = {}): Runtime {
  return {
    ...completeTime(given),
    visible: given.visible ?? {
      get: () => globalThis.document?.visibilityState !== 'hidden',
      subscribe: (onChange) => listen(globalThis.document, ['visibilitychange'], onChange),
    },
    online: given.online ?? {
      get: () => globalThis.navigator?.onLine !== false,
      subscribe: (onChange) => listen(globalThis.window, ['online', 'offline'], onChange),
    },
    storage: given.storage ?? tabStorage,
    locks: given.locks ?? { hold: holdWebLock },
    get device() {
      return given.device ?? deviceName(globalThis.navigator?.userAgent);
    },
  };
}

function listen(target: EventTarget | undefined, names: string[], onChange: () => void): Unsubscribe {
  for (const name of names) target?.addEventListener(name, onChange);
  return () => {
    for (const name of names) target?.removeEventListener(name, onChange);
  };
}

/** `sessionStorage` where there is one and it may be used (a sandboxed frame throws); else nothing is kept. */
const tabStorage: Runtime['storage'] = {
  get(key) {
    try {
      return globalThis.sessionStorage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) globalThis.sessionStorage?.removeItem(key);
      else globalThis.sessionStorage?.setItem(key, value);
    } catch {
      // Full or forbidden: a reload then begins a new session, and that is all.
    }
  },
};

/** Through `navigator.locks`; where there are none, nobody else can have the name either. */
function holdWebLock(name: string): Promise<(() => void) | null> {
  const locks = globalThis.navigator?.locks;
  if (locks === undefined) return Promise.resolve(() => {});
  return new Promise((resolve) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return undefined;
        }
        return new Promise<void>((release) => resolve(release));
      })
      // Refused by the browser (an opaque origin): then there is no other tab to collide with.
      .catch(() => resolve(() => {}));
  });
}

/** "Firefox on Windows" out of a user agent; "Node.js" and the like as they call themselves. */
export function deviceName(userAgent = 'a script'): string {
  const find = (names: string): string | undefined =>
    names.split('|').find((name) => userAgent.includes(name));
  const browser = find('Edg|OPR|Firefox|Chrome|Safari');
  const system = find('Android|iPhone|iPad|Windows|Mac|CrOS|Linux');
  if (browser === undefined || system === undefined) return userAgent.slice(0, 40);
  return `${browser === 'Edg' ? 'Edge' : browser === 'OPR' ? 'Opera' : browser} on ${system}`;
}
