import { listAgents } from '@latchbox/shared/http/agents';
import { type RestClient, restClient } from '../tools/rest-client.ts';
import { demoAgent } from './demo-agents.ts';

/** What the demo's admin does beside the pages that a play is about. */
export async function adminRest(url: string): Promise<RestClient> {
  const { email, password } = demoAgent('Mara Okafor');
  const answer = await fetch(`${url}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const { token } = (await answer.json()) as { token: string };
  return restClient(url, token);
}

export async function idOf(rest: RestClient, name: string): Promise<string> {
  const { agents } = await rest.call(listAgents);
  const found = agents.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not in the demo`);
  return found.id;
}
