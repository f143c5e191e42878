/** The session that acts on a lock: whose it is, which tab, and by which connection (each resume counts up). */
export interface Holder {
  readonly agentId: string;
  readonly agentName: string;
  readonly sessionId: string;
  readonly connectionNo: number;
  readonly device: string;
  /** `socket`: its connection keeps its locks alive. `rest`: its renew calls do (L8). */
  readonly kind: 'socket' | 'rest';
}
