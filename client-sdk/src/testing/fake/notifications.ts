import type { Notification, NotificationRecord } from '@latchbox/shared/model/notification';
import type { World } from './world.ts';

/** What agents are told besides what is in their inboxes. */
export class FakeNotifications {
  readonly #world: World;
  readonly #told = new Map<string, NotificationRecord[]>();

  constructor(world: World) {
    this.#world = world;
  }

  tell(agentId: string, notification: Notification): void {
    const told = this.#of(agentId);
    const record = {
      id: `ntf_${agentId}_${told.length + 1}`,
      at: this.#world.clock.now(),
      readAt: null,
      notification,
    };
    told.unshift(record);
    this.#world.append(`agent:${agentId}`, { type: 'notification.added', record });
  }

  page(agentId: string) {
    const notifications = [...this.#of(agentId)];
    return { notifications, unread: this.#unread(agentId).length, next: null };
  }

  read(agentId: string, ids?: readonly string[]) {
    const readAt = this.#world.clock.now();
    const read = this.#unread(agentId).filter(({ id }) => ids?.includes(id) ?? true);
    for (const record of read) record.readAt = readAt;
    if (read.length > 0) {
      const event = { type: 'notification.read', ids: read.map(({ id }) => id), readAt } as const;
      this.#world.append(`agent:${agentId}`, event);
    }
    return { unread: this.#unread(agentId).length, readAt };
  }

  #of(agentId: string): NotificationRecord[] {
    const known = this.#told.get(agentId) ?? [];
    this.#told.set(agentId, known);
    return known;
  }

  #unread(agentId: string): NotificationRecord[] {
    return this.#of(agentId).filter(({ readAt }) => readAt === null);
  }
}
