import type { Conversation, ConversationRow } from '@latchbox/client';
import { ChevronDown, UserX } from 'lucide-react';
import { useMe } from '../app/client.ts';
import { firstName } from '../lib/people.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';

interface AssignProps {
  conversation: Conversation;
  row: ConversationRow;
  onFailed: (error: unknown) => void;
}

/** Whose conversation it is: mine, nobody's, or a colleague's. */
export function Assign({ conversation, row, onFailed }: AssignProps) {
  const me = useMe();
  const { assignee } = row;
  const theirs = assignee !== null && assignee.id !== me?.id ? assignee : null;
  const value = assignee === null ? 'nobody' : theirs === null ? 'me' : 'theirs';
  const choose = (to: string): void => {
    if (to === 'theirs') return;
    conversation.assign(to === 'me' ? (me?.id ?? null) : null).catch(onFailed);
  };
  return (
    <label className="assign">
      {assignee === null ? <Icon of={UserX} size={16} /> : <Avatar who={assignee} size={20} />}
      <span aria-hidden="true">
        {value === 'nobody' ? 'Nobody' : value === 'me' ? 'You' : firstName(theirs?.name ?? '')}
      </span>
      <Icon of={ChevronDown} size={14} />
      <select
        aria-label="Assigned to"
        title="Assigned to"
        value={value}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="nobody">Nobody</option>
        <option value="me">Me</option>
        {theirs === null ? null : <option value="theirs">{theirs.name}</option>}
      </select>
    </label>
  );
}
