import '../../ui/field.css';
import type { InboxMember } from '@latchbox/client/admin';
import { ChevronDown } from 'lucide-react';
import { Icon } from '../../ui/icon.tsx';

type Capability = InboxMember['capability'];

/** What a member may do, in words. */
export const CAPABILITIES: readonly (readonly [Capability, string])[] = [
  ['read', 'Reads'],
  ['reply', 'Reads and replies'],
  ['manage', 'Manages the inbox'],
];

interface CapabilityChoiceProps {
  name: string;
  value: Capability;
  disabled?: boolean;
  onChange: (capability: Capability) => void;
}

/** What one member may do. */
export function CapabilityChoice({ name, value, disabled = false, onChange }: CapabilityChoiceProps) {
  return (
    <span className="select-wrap member-capability">
      <select
        className="input"
        aria-label={`What ${name} may do`}
        value={value}
        disabled={disabled}
        onChange={({ target }) => {
          const chosen = CAPABILITIES.find(([one]) => one === target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {CAPABILITIES.map(([capability, words]) => (
          <option key={capability} value={capability}>
            {words}
          </option>
        ))}
      </select>
      <Icon of={ChevronDown} />
    </span>
  );
}
