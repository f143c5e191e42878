interface Storing {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

/** A store of the browser, or nothing at all where it is forbidden or full. */
function storing(store: () => Storage): Storing {
  return {
    get(key) {
      try {
        return store().getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) store().removeItem(key);
        else store().setItem(key, value);
      } catch {
        // Then it is forgotten with the page.
      }
    },
  };
}

/** Of this browser, until somebody clears it. */
export const browserStorage = storing(() => localStorage);
/** Of this tab, also when it is loaded again. */
export const tabStorage = storing(() => sessionStorage);
