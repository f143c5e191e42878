/**
 * What `load` gives, loaded with the first call. For packages that many servers never use: each takes its share of memory for as
 * long as the process runs, and of the time until the port opens.
 */
export function onDemand<T>(load: () => T): () => T {
  let known: { readonly loaded: T } | undefined;
  return () => (known ??= { loaded: load() }).loaded;
}
