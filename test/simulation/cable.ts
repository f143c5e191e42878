/** A connection of a client to a server, with what TCP and pings make of a bad network. */
import type { EncodedFrame } from '@latchbox/server/src/realtime/frame.ts';
import { type Answer, hasRoom, type Peer, type PeerListener } from '@latchbox/server/src/realtime/peer.ts';
import type { TransportEvents } from '@latchbox/client';
import type { Node } from './time.ts';
import { Wire } from './wire.ts';

/** Ms without a word until each end gives a connection up that stands still. */
const CLIENT_GIVES_UP = 4_000;
const SERVER_GIVES_UP = 5_500;

export interface CableDeps {
  readonly id: string;
  readonly client: Node;
  readonly server: Node;
  readonly delay: () => number;
  readonly events: TransportEvents;
  /** Takes the connection in; false: nobody listens there. */
  readonly attach: (peer: Peer) => boolean;
  /** Everything that arrives, for the trace. */
  readonly told: (from: 'client' | 'server', text: string) => void;
  readonly over: (cable: Cable) => void;
}

export class Cable {
  readonly #deps: CableDeps;
  readonly #up: Wire;
  readonly #down: Wire;
  #peerOpen = true;
  #clientOpen = true;
  #listener: PeerListener | undefined;
  #stopWaiting: (() => void)[] = [];
  readonly peer: Peer;

  constructor(deps: CableDeps) {
    this.#deps = deps;
    this.#up = new Wire(deps.server, deps.delay);
    this.#down = new Wire(deps.client, deps.delay);
    this.peer = this.#makePeer();
    this.#up.put(0, () => this.#arrive());
  }

  request(name: string, input: object, answer: Answer): void {
    if (!this.#clientOpen) return;
    const said = JSON.stringify([name, input]);
    const ack: Answer =
      answer && ((given) => this.#say(JSON.stringify(given), (read) => answer(JSON.parse(read))));
    this.#up.put(said.length, () => {
      if (!this.#peerOpen) return;
      this.#deps.told('client', said);
      const [readName, ...args] = JSON.parse(said) as unknown[];
      this.#listener?.command(this.peer, readName, args, ack);
    });
  }

  /** The client ends it. */
  close(): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.#down.clear();
    this.#up.put(0, () => this.#peerIsGone());
    this.#over();
  }

  /** It breaks: both ends learn of it a moment later, what was under way is lost. */
  cut(): void {
    this.#up.clear();
    this.#down.clear();
    this.#up.put(0, () => this.#peerIsGone());
    this.#down.put(0, () => this.#clientIsClosed('transport error'));
    this.resume();
  }

  /** Nothing arrives in the directions that are given; after a while the ends give up. */
  stall(up: boolean, down: boolean): void {
    if (up) this.#up.stall();
    if (down) this.#down.stall();
    const { client, server } = this.#deps;
    // A ping has to arrive, and its answer too: either direction is enough.
    this.#stopWaiting.push(
      client.setTimer(CLIENT_GIVES_UP, () => {
        this.#clientIsClosed('ping timeout');
        this.#down.clear();
      }),
      server.setTimer(SERVER_GIVES_UP, () => this.#peerIsGone()),
    );
  }

  resume(): void {
    for (const stop of this.#stopWaiting) stop();
    this.#stopWaiting = [];
    this.#up.resume();
    this.#down.resume();
  }

  /** The server was killed. `silent`: its whole machine is gone, and nobody says that the connection is over. */
  serverDied(silent: boolean): void {
    this.#peerOpen = false;
    this.#listener = undefined;
    this.#up.clear();
    this.#down.clear();
    const wait = silent ? CLIENT_GIVES_UP : this.#deps.delay();
    this.#deps.client.reach(wait, () => this.#clientIsClosed('transport close'));
  }

  /** The client's page is gone. */
  clientDied(silent: boolean): void {
    this.#clientOpen = false;
    this.#down.clear();
    this.#up.clear();
    const wait = silent ? SERVER_GIVES_UP : this.#deps.delay();
    this.#deps.server.reach(wait, () => this.#peerIsGone());
    this.#over();
  }

  #arrive(): void {
    if (!this.#deps.attach(this.peer)) {
      this.#peerOpen = false;
      this.#down.put(0, () => this.#clientIsClosed('nobody listens'));
      return;
    }
    this.#down.put(0, () => {
      if (this.#clientOpen) this.#deps.events.opened();
    });
  }

  #say(json: string, deliver: (json: string) => void): void {
    if (!this.#peerOpen) return;
    this.#down.put(json.length, () => {
      if (!this.#clientOpen) return;
      this.#deps.told('server', json);
      deliver(json);
    });
  }

  #makePeer(): Peer {
    const down = this.#down;
    const peer: Peer = {
      id: this.#deps.id,
      origin: null,
      ownPage: true,
      address: 'simulated',
      listen: (listener) => {
        this.#listener = listener;
      },
      send: ({ json }: EncodedFrame) => {
        this.#say(json, (read) => this.#deps.events.frame(JSON.parse(read)));
        return hasRoom(peer);
      },
      bufferedBytes: () => down.bytes,
      bufferedPackets: () => down.packets,
      close: () => {
        if (!this.#peerOpen) return;
        this.#down.put(0, () => this.#clientIsClosed('server closes'));
        this.#peerIsGone();
      },
    };
    return peer;
  }

  #peerIsGone(): void {
    if (!this.#peerOpen) return;
    this.#peerOpen = false;
    this.#listener?.closed(this.peer);
    this.#over();
  }

  #clientIsClosed(reason: string): void {
    if (!this.#clientOpen) return;
    this.#clientOpen = false;
    this.#up.clear();
    // Whoever is left at the other end finds out by a reset, or by its pings.
    this.#up.put(0, () => this.#peerIsGone());
    this.#deps.events.closed(reason);
    this.#over();
  }

  #over(): void {
    if (this.#peerOpen || this.#clientOpen) return;
    for (const stop of this.#stopWaiting) stop();
    this.#stopWaiting = [];
    this.#deps.over(this);
  }
}
