/**
 * The code of the engine: a file of its own, that the first `connect()` loads. Once it is there, clients begin without
 * waiting for it. A fake server brings it along, because in its time nothing can be waited for.
 */
export const engineCode: {
  loaded?: typeof import('./engine.ts') | undefined;
  load(): Promise<typeof import('./engine.ts')>;
} = { load: () => import('./engine.ts') };
