import type { Capability } from '@latchbox/client';
import type { Account } from '../app/account.ts';
import { download } from '../lib/download.ts';
import { callApi, fetchFile } from '../lib/http.ts';
import type { Access } from './access.ts';

interface Member {
  readonly agentId: string;
  readonly name: string;
  readonly capability: Capability;
}

/** What the page asks of the REST API itself, because the SDK has no call for it. */
export function byRest(access: Access): Pick<Account, 'exportLockHistory' | 'replyers' | 'saveMail'> {
  return {
    async exportLockHistory(conversationId, number) {
      const path = `/api/conversations/${conversationId}/lock-history?format=csv`;
      const file = await fetchFile(path, { token: await access.token('first') });
      download(file, `lock-history-${number}.csv`);
    },
    async saveMail(mailId) {
      const file = await fetchFile(`/api/mails/${mailId}/raw`, { token: await access.token('first') });
      download(file, `${mailId}.eml`);
    },
    async replyers(inboxId) {
      const token = await access.token('first');
      const { members } = await callApi<{ members: readonly Member[] }>(
        'GET',
        `/api/inboxes/${inboxId}/members`,
        { token },
      );
      return members
        .filter(({ capability }) => capability !== 'read')
        .map(({ agentId, name }) => ({ id: agentId, name }))
        .sort((a, b) => a.name.localeCompare(b.name));
    },
  };
}
