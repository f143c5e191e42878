import './styles/index.css';
import { createLatchbox } from '@latchbox/client';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Pages } from './app/pages.tsx';
import { createAccess } from './session/access.ts';
import { createSession } from './session/session.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

const access = createAccess();
const session = createSession({
  access,
  createClient: (auth) =>
    createLatchbox({
      url: location.origin,
      auth,
      log: ({ level, message, data }) => {
        if (level !== 'debug') console[level](message, data);
      },
    }),
});

createRoot(root).render(
  <StrictMode>
    <Pages session={session} access={access} />
  </StrictMode>,
);
