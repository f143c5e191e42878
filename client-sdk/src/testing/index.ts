export { createFakeServer, type FakeServer, type FakeServerOptions } from './fake-server.ts';
export { type Breakable, breakable } from './breakable.ts';
export type { FakeRuntime } from './fake-runtime.ts';
export type { FakeMail } from './fake/files.ts';
export {
  type Accept,
  type MemoryConnection,
  type MemoryNetwork,
  type MemoryPeer,
  memoryTransport,
} from './memory-transport.ts';
export { seededRandom } from './random.ts';
export { microtasks, VirtualClock } from './virtual-clock.ts';
