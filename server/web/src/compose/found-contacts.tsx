import { Autocomplete } from '@base-ui/react/autocomplete';
import type { FoundContact } from '@latchbox/client';

interface FoundContactsProps {
  /** How the list looks beside its field. */
  className: string;
  /** px between the field and the list. */
  gap: number;
  onPick: (found: FoundContact) => void;
}

/** The contacts that an `Autocomplete.Root` of found ones suggests. */
export function FoundContacts({ className, gap, onPick }: FoundContactsProps) {
  return (
    <Autocomplete.Portal role="region" aria-label="Contacts">
      <Autocomplete.Positioner className="popup-place" align="start" sideOffset={gap} collisionPadding={8}>
        <Autocomplete.Popup className={`menu ${className}`}>
          <Autocomplete.List aria-label="Contacts">
            {(one: FoundContact) => (
              <Autocomplete.Item
                key={one.contact.id}
                value={one}
                className="menu-item"
                onClick={() => onPick(one)}
              >
                <span className="cut">
                  <b>{one.contact.name}</b> {one.contact.address}
                </span>
              </Autocomplete.Item>
            )}
          </Autocomplete.List>
        </Autocomplete.Popup>
      </Autocomplete.Positioner>
    </Autocomplete.Portal>
  );
}
