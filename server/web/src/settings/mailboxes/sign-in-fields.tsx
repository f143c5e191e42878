import { useState } from 'react';
import { SelectField, TextField } from '../../ui/field.tsx';
import type { Provider } from './providers.ts';

interface SignInFieldsProps {
  provider: Provider;
  wrong: (path: string) => string | undefined;
}

/** What a mail account is signed in with: a password, or an application that was let in (OAuth2). Secrets are never shown again. */
export function SignInFields({ provider, wrong }: SignInFieldsProps) {
  const [auth, setAuth] = useState(provider.auth);
  return (
    <>
      <SelectField
        label="Sign-in"
        name="auth"
        value={auth}
        onChange={({ target }) => setAuth(target.value === 'oauth2' ? 'oauth2' : 'password')}
      >
        <option value="password">Password</option>
        <option value="oauth2">OAuth2</option>
      </SelectField>
      {auth === 'password' ? (
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="off"
          required
          hint="Sealed, and never shown again."
          error={wrong('password')}
        />
      ) : (
        <OAuth2Fields provider={provider} wrong={wrong} />
      )}
    </>
  );
}

function OAuth2Fields({ provider, wrong }: SignInFieldsProps) {
  const { tokenUrl, scope } = provider.oauth2;
  return (
    <>
      <TextField
        label="Token address"
        name="oauth2.tokenUrl"
        type="url"
        defaultValue={tokenUrl}
        required
        hint="Where the provider changes refresh tokens."
        error={wrong('oauth2.tokenUrl')}
      />
      <TextField
        label="Client id"
        name="oauth2.clientId"
        autoComplete="off"
        required
        error={wrong('oauth2.clientId')}
      />
      <TextField
        label="Client secret"
        name="oauth2.clientSecret"
        type="password"
        autoComplete="off"
        hint="Empty for an application without one."
        error={wrong('oauth2.clientSecret')}
      />
      <TextField
        label="Refresh token"
        name="oauth2.refreshToken"
        type="password"
        autoComplete="off"
        required
        hint="Sealed, and never shown again."
        error={wrong('oauth2.refreshToken')}
      />
      <TextField label="Scope" name="oauth2.scope" defaultValue={scope} error={wrong('oauth2.scope')} />
    </>
  );
}
