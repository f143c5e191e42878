import { Resolver } from 'node:dns/promises';

/** Answers the TXT records of a name, each as its strings; asks these name servers, or those of the system. */
export function createResolver(servers: readonly string[]): (name: string) => Promise<string[][]> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return (name) => resolver.resolveTxt(name);
}
