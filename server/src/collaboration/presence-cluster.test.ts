import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Hints } from '../cluster/hints.ts';
import type { PresenceRegistry } from '../cluster/registry.ts';
import {
  BEAT,
  createPresenceServers,
  createSleeper,
  people,
  type PresenceServers,
  session,
  SOON,
} from './testing/presence-servers.ts';

let servers: PresenceServers;
beforeEach(() => {
  servers = createPresenceServers();
});
afterEach(() => servers.close());

test('a jump of the wall clock makes nobody away and nobody a ghost', async () => {
  const { clock, server } = servers;
  const [one, two] = [server('srv_1'), server('srv_2')];
  one.presence.connected(session('Ana'));
  two.presence.connected(session('Ben'));
  await clock.advance(SOON);
  one.news();
  clock.jump(3_600_000);
  await clock.advance(3 * BEAT);
  clock.jump(-7_200_000);
  await clock.advance(3 * BEAT);
  expect(one.news()).toEqual([]);
  expect(await people(one.presence)).toEqual(['Ana online', 'Ben online']);
});

test('resuming on another server is no gap for the others, and the old connection ends nothing', async () => {
  const { clock, server } = servers;
  const [one, two] = [server('srv_1'), server('srv_2')];
  one.presence.connected(session('Ana'));
  one.presence.view('ses_Ana_1', 'ibx', 'cnv_1');
  await clock.advance(SOON);
  two.presence.connected(session('Ana', 1, { connectionNo: 2 }));
  two.presence.view('ses_Ana_1', 'ibx', 'cnv_1');
  // The old socket is noticed late, and even says something before it goes.
  one.presence.setState('ses_Ana_1', 'hidden');
  await clock.advance(SOON);
  one.presence.setState('ses_Ana_1', 'hidden');
  one.presence.disconnected('ses_Ana_1', 1);
  await clock.advance(3 * BEAT);
  expect(await people(one.presence)).toEqual(['Ana online']);
  expect(await people(two.presence)).toEqual(['Ana online']);
  expect(one.presence.viewersOf('cnv_1')).toHaveLength(1);
  expect(two.news().some((line) => line.includes('offline'))).toBe(false);
});

test('the ghosts of a dead server vanish within two beats, and the viewers are told', async () => {
  const { clock, hints, registry, server } = servers;
  const one = server('srv_1');
  // A server that dies says nothing more and hears nothing.
  let dead = false;
  const dying: Hints = { ...hints, publish: (channel, message) => dead || hints.publish(channel, message) };
  const mute: PresenceRegistry = {
    ...registry,
    put: async (...all) => (dead ? undefined : registry.put(...all)),
    remove: async () => undefined,
  };
  const two = server('srv_2', { hints: dying, registry: mute });
  one.presence.connected(session('Ana'));
  two.presence.connected(session('Ben'));
  two.presence.view('ses_Ben_1', 'ibx', 'cnv_1');
  await clock.advance(3 * BEAT + SOON);
  one.news();
  dead = true;
  await clock.advance(BEAT);
  expect(one.news()).toEqual([]);
  await clock.advance(BEAT);
  expect(one.news()).toEqual(['ibx: Ben offline, 1 there', 'cnv_1: nobody']);
  expect(await registry.inInbox('ibx')).toHaveLength(1);
  // And the reverse: it was only cut off, and says so again.
  dead = false;
  await clock.advance(2 * BEAT);
  expect(await people(one.presence)).toEqual(['Ana online', 'Ben online']);
});

test('a server that stood still itself takes nobody for dead', async () => {
  const { clock, hints, server } = servers;
  const sleeper = createSleeper(clock, hints);
  const one = server('srv_1', sleeper);
  const two = server('srv_2');
  two.presence.connected(session('Ben'));
  await clock.advance(SOON);
  one.news();
  sleeper.stop();
  await clock.advance(6 * BEAT);
  sleeper.goOn();
  await clock.advance(0);
  expect(one.news()).toEqual([]);
  // The others forgot it, and take it back with its next beat.
  one.presence.connected(session('Ana'));
  await clock.advance(2 * BEAT);
  expect(await people(two.presence)).toEqual(['Ben online', 'Ana online']);
});

test('a server that stops says so at once', async () => {
  const { clock, registry, server } = servers;
  const [one, two] = [server('srv_1'), server('srv_2')];
  two.presence.connected(session('Ben'));
  two.presence.connected(session('Cem'));
  await clock.advance(SOON);
  one.news();
  await two.presence.close();
  expect(one.news()).toEqual(['ibx: Ben offline, Cem offline, 0 there']);
  expect(await registry.inInbox('ibx')).toEqual([]);
});

test('a server that starts later knows at once who is there', async () => {
  const { clock, server } = servers;
  const one = server('srv_1');
  one.presence.connected(session('Ana'));
  one.presence.view('ses_Ana_1', 'ibx', 'cnv_1');
  await clock.advance(SOON);
  const two = server('srv_2');
  await clock.advance(0);
  expect(await people(two.presence)).toEqual(['Ana online']);
  expect(two.presence.viewersOf('cnv_1')).toHaveLength(1);
});

test('a lost hint is made good by the next beat', async () => {
  const { clock, hints, server } = servers;
  const one = server('srv_1');
  let lose = false;
  const lossy: Hints = { ...hints, publish: (channel, message) => lose || hints.publish(channel, message) };
  const two = server('srv_2', { hints: lossy });
  two.presence.connected(session('Ben'));
  await clock.advance(SOON);
  lose = true;
  two.presence.disconnected('ses_Ben_1', 1);
  two.presence.connected(session('Cem'));
  two.presence.view('ses_Cem_1', 'ibx', 'cnv_1');
  await clock.advance(SOON);
  lose = false;
  expect(await people(one.presence)).toEqual(['Ben online']);
  await clock.advance(BEAT);
  expect(await people(one.presence)).toEqual(['Cem online']);
  expect(one.presence.viewersOf('cnv_1')).toHaveLength(1);
});
