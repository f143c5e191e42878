import type { Conversation } from '@latchbox/client';
import { AlignLeft, Download, Ellipsis, Forward, Info, LayoutTemplate } from 'lucide-react';
import { useClient } from '../app/client.ts';
import { beginForward, forwardingOf } from '../forward/forwarding.ts';
import { download } from '../lib/download.ts';
import { BareIconButton } from '../ui/button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { type MailForm, mailForm } from './mail-form.ts';
import type { MessageEntry } from './message-entry.ts';

interface MessageMenuProps {
  conversation: Conversation;
  entry: MessageEntry;
  /** Which form is shown; null: there is only one. */
  form: MailForm | null;
  details: boolean;
  onDetails: (shown: boolean) => void;
  onFailed: (error: unknown) => void;
}

/** What can be seen of a mail beside its text. */
export function MessageMenu(props: MessageMenuProps) {
  const { conversation, entry, form, details, onDetails, onFailed } = props;
  const forwarding = forwardingOf(useClient(), conversation.id);
  return (
    <Menu
      tip="More of this message"
      trigger={<BareIconButton icon={Ellipsis} label="More of this message" className="bubble-menu" />}
    >
      <MenuItem icon={Forward} onClick={() => beginForward(forwarding, entry.position)}>
        Forward…
      </MenuItem>
      {form === null ? null : (
        <MenuItem
          icon={form === 'html' ? AlignLeft : LayoutTemplate}
          onClick={() => mailForm.set(form === 'html' ? 'text' : 'html')}
        >
          {form === 'html' ? 'Show mails as text' : 'Show mails formatted'}
        </MenuItem>
      )}
      <MenuItem icon={Info} onClick={() => onDetails(!details)}>
        {details ? 'Hide sender and receivers' : 'Sender and receivers'}
      </MenuItem>
      <MenuItem icon={Download} onClick={() => void saveOriginal(conversation, entry).catch(onFailed)}>
        Download the original
      </MenuItem>
    </Menu>
  );
}

async function saveOriginal(conversation: Conversation, entry: MessageEntry): Promise<void> {
  const raw = await conversation.rawMail(entry.position);
  download(new Blob([raw], { type: 'message/rfc822' }), `message-${entry.position}.eml`);
}
