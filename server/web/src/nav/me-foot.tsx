import { LogOut, Moon, Sun, SunMoon } from 'lucide-react';
import { useAccount } from '../app/account.ts';
import { useMe } from '../app/client.ts';
import { theme } from '../app/theme.ts';
import { useConnected } from '../app/use-connected.ts';
import { useReadable } from '../lib/use-readable.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const;
const ICON = { system: SunMoon, light: Sun, dark: Moon };

/** Who is signed in, and the way out. */
export function MeFoot() {
  const me = useMe();
  const account = useAccount();
  const chosen = useReadable(theme);
  const connected = useConnected();
  if (me === null) return null;
  return (
    <div className={`nav-me ${connected ? '' : 'nav-me-gone'}`}>
      <Avatar who={me} />
      <span className="grow">
        <b className="cut" title={me.email}>
          {me.name}
        </b>
        <small>{connected ? 'Online' : 'Offline'}</small>
      </span>
      <IconButton
        icon={ICON[chosen]}
        label={`Theme: ${chosen}. Change to ${NEXT[chosen]}`}
        onClick={() => theme.set(NEXT[chosen])}
      />
      <IconButton icon={LogOut} label="Sign out" onClick={() => account.signOut()} />
    </div>
  );
}
