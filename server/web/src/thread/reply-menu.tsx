import type { Conversation, ReplyEntry } from '@latchbox/client';
import { Download, Ellipsis, Forward } from 'lucide-react';
import { useClient } from '../app/client.ts';
import { beginForward, forwardingOf } from '../forward/forwarding.ts';
import { download } from '../lib/download.ts';
import { BareIconButton } from '../ui/button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';

interface ReplyMenuProps {
  conversation: Conversation;
  entry: ReplyEntry;
  onFailed: (error: unknown) => void;
}

/** What can be seen of a reply that leaves as a mail. */
export function ReplyMenu({ conversation, entry, onFailed }: ReplyMenuProps) {
  const forwarding = forwardingOf(useClient(), conversation.id);
  if (entry.mail === undefined) return null;
  const save = async (): Promise<void> => {
    const raw = await conversation.rawMail(entry.position);
    download(new Blob([raw], { type: 'message/rfc822' }), `reply-${entry.position}.eml`);
  };
  return (
    <Menu
      tip="More of this reply"
      trigger={<BareIconButton icon={Ellipsis} label="More of this reply" className="bubble-menu" />}
    >
      <MenuItem icon={Forward} onClick={() => beginForward(forwarding, entry.position)}>
        Forward…
      </MenuItem>
      <MenuItem icon={Download} onClick={() => void save().catch(onFailed)}>
        Download the mail
      </MenuItem>
    </Menu>
  );
}
