/**
 * The code of the engine, once it is loaded: from then on clients begin without waiting for it. A fake server brings it
 * along, because in its time nothing can be waited for.
 */
export const engineCode: { loaded?: typeof import('./engine.ts') } = {};
