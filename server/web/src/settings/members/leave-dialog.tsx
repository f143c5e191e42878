import type { InboxMember, InboxRecord, MemberHoldings } from '@latchbox/client/admin';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Loaded } from '../loaded.tsx';
import { useAdmin } from '../use-admin.ts';
import { useAsked } from '../use-asked.ts';

interface LeaveDialogProps {
  member: InboxMember;
  inbox: InboxRecord;
  /** `out`: of the inbox. `read`: to who may only read there. */
  to: 'out' | 'read';
  /** Who may reply there besides them. */
  colleagues: readonly InboxMember[];
  onLeave: (assignmentsTo: string | undefined) => void;
  onClose: () => void;
}

/** Asked first: it takes the inbox out of somebody's hands within a second, and what is theirs there needs others. */
export function LeaveDialog({ member, inbox, to, colleagues, onLeave, onClose }: LeaveDialogProps) {
  const { members } = useAdmin();
  const { agentId, name } = member;
  const { asked, again } = useAsked(`leaving ${inbox.id} ${agentId}`, (signal) =>
    members.holdings(inbox.id, agentId, { signal }),
  );
  const [colleague, setColleague] = useState('');
  const out = to === 'out';
  return (
    <Modal
      title={out ? `Take ${name} out of ${inbox.name}` : `Let ${name} only read in ${inbox.name}`}
      says={`${out ? 'It leaves their open pages within a second, and a' : 'A'} conversation that they hold becomes free. What they wrote stays.`}
      onClose={onClose}
    >
      <Loaded asked={asked} what="What they have here" onRetry={again}>
        {(left) => (
          <div className="dialog-fields">
            <p>{leftWords(left)}</p>
            {countOf(left) === 0 ? null : (
              <SelectField
                label="Assigned conversations"
                value={colleague}
                onChange={({ target }) => setColleague(target.value)}
              >
                <option value="">To nobody</option>
                {colleagues.map((one) => (
                  <option key={one.agentId} value={one.agentId}>
                    To {one.name}
                  </option>
                ))}
              </SelectField>
            )}
          </div>
        )}
      </Loaded>
      <div className="dialog-buttons">
        <Button look="quiet" onClick={onClose}>
          Keep
        </Button>
        <Button
          look="primary"
          disabled={asked.state === 'loading'}
          onClick={() => onLeave(colleague || undefined)}
        >
          {out ? 'Take out' : 'Only read'}
        </Button>
      </div>
    </Modal>
  );
}

const countOf = ({ assigned: { open, snoozed } }: MemberHoldings): number => open + snoozed;

/** What is assigned to them here, and what they scheduled. */
function leftWords(left: MemberHoldings): string {
  const { open, snoozed } = left.assigned;
  const all = countOf(left) === 1 ? '1 conversation is' : `${countOf(left)} conversations are`;
  const assigned =
    countOf(left) === 0
      ? 'No conversation is assigned to them here.'
      : `${all} assigned to them here${snoozed > 0 ? `: ${open} open, ${snoozed} snoozed` : ''}.`;
  if (left.scheduled === 0) return assigned;
  const replies = left.scheduled === 1 ? '1 scheduled reply is' : `${left.scheduled} scheduled replies are`;
  return `${assigned} ${replies} stopped; they keep the text.`;
}
