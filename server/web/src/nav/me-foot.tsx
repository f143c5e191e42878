import { LogOut } from 'lucide-react';
import { useAccount } from '../app/account.ts';
import { useMe } from '../app/client.ts';
import { useConnected } from '../app/use-connected.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';

/** Who is signed in, and the way out. */
export function MeFoot() {
  const me = useMe();
  const account = useAccount();
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
      <IconButton icon={LogOut} label="Sign out" onClick={() => account.signOut()} />
    </div>
  );
}
