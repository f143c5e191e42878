import { Bell, BellOff, ChevronsUpDown, Keyboard, LogOut, Settings } from 'lucide-react';
import { use, useState } from 'react';
import { useAccount } from '../app/account.ts';
import { useMe } from '../app/client.ts';
import { navigate } from '../app/router.ts';
import { useConnected } from '../app/use-connected.ts';
import { askForNotices, noticesAllowed } from '../app/desktop-notice.ts';
import { HelpContext } from '../keys/help-context.ts';
import { SHORTCUTS } from '../keys/shortcuts.ts';
import { useShortcut } from '../keys/use-shortcut.ts';
import { SETTINGS_PATH } from '../settings/place.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';

/** Who is signed in, what is theirs to set, and the way out. */
export function MeFoot() {
  const me = useMe();
  const account = useAccount();
  const connected = useConnected();
  const showHelp = use(HelpContext);
  const settings = (): void => navigate(SETTINGS_PATH);
  useShortcut('go-settings', settings);
  if (me === null) return null;
  const trigger = (
    <button type="button" className={`nav-me ${connected ? '' : 'nav-me-gone'}`}>
      <Avatar who={me} />
      <span className="grow">
        <b className="cut">{me.name}</b>
        <small>{connected ? 'Online' : 'Offline'}</small>
      </span>
      <Icon of={ChevronsUpDown} size={16} />
    </button>
  );
  return (
    <Menu trigger={trigger} tip={me.email} align="start">
      <MenuItem icon={Settings} aside={SHORTCUTS['go-settings'].keys.join(' ')} onClick={settings}>
        Settings
      </MenuItem>
      <MenuItem icon={Keyboard} aside={SHORTCUTS.help.keys[0]} onClick={showHelp}>
        Keyboard shortcuts
      </MenuItem>
      <Notices />
      <MenuLine />
      <MenuItem icon={LogOut} onClick={() => account.signOut()}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

/** Whether this browser may say on the desktop what I am asked and told while the page is not in sight. */
function Notices() {
  const [allowed, setAllowed] = useState(noticesAllowed);
  if (allowed === 'no-way') return null;
  return (
    <MenuItem
      icon={allowed === 'yes' ? Bell : BellOff}
      aside={allowed === 'yes' ? 'On' : allowed === 'blocked' ? 'Blocked by the browser' : 'Off'}
      disabled={allowed !== 'not-asked'}
      onClick={() => void askForNotices().then(setAllowed)}
    >
      Desktop notices
    </MenuItem>
  );
}
