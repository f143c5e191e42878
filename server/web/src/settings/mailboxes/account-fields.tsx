import { SelectField, TextField } from '../../ui/field.tsx';
import { Part } from '../page.tsx';
import { guessed, type Provider, PROVIDERS } from './providers.ts';
import { ServerFields } from './server-fields.tsx';
import { SignInFields } from './sign-in-fields.tsx';

interface PartProps {
  wrong: (path: string) => string | undefined;
}

/** Name and aliases of an account. */
export function NameFields({ wrong }: PartProps) {
  return (
    <>
      <TextField
        label="Name in From"
        name="name"
        hint="Empty: the name of the inbox."
        error={wrong('name')}
      />
      <TextField
        label="Aliases"
        name="aliases"
        hint="Further addresses of this account, between commas."
        error={wrong('aliases')}
      />
    </>
  );
}

interface ServersProps extends PartProps {
  provider: Provider;
  address: string;
  onProvider: (provider: Provider) => void;
}

/** Where an account is, and how it is signed in to. */
export function Servers({ provider, address, wrong, onProvider }: ServersProps) {
  return (
    <Part title="Its servers" hint={provider.hint}>
      <div className="settings-fields">
        <SelectField
          label="Provider"
          value={provider.id}
          onChange={(event) => onProvider(PROVIDERS.find(({ id }) => id === event.target.value) ?? provider)}
        >
          {PROVIDERS.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField
          label="User"
          name="user"
          autoComplete="off"
          hint="Empty: the address."
          error={wrong('incoming.user')}
        />
        <SignInFields key={`sign in ${provider.id}`} provider={provider} wrong={wrong} />
      </div>
      {/* Another provider brings other servers: what stood there was the last one's. */}
      <ServerFields
        key={`in ${provider.id}`}
        way="incoming"
        title="Incoming (IMAP)"
        host={provider.incoming.host || guessed(address, 'imap')}
        at={provider.incoming}
        wrong={wrong}
      />
      <ServerFields
        key={`out ${provider.id}`}
        way="outgoing"
        title="Outgoing (SMTP)"
        host={provider.outgoing.host || guessed(address, 'smtp')}
        at={provider.outgoing}
        wrong={wrong}
      />
    </Part>
  );
}
