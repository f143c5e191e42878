import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Pages } from './app/pages.tsx';
import { createSession } from './session/session.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');

createRoot(root).render(
  <StrictMode>
    <Pages session={createSession()} />
  </StrictMode>,
);
