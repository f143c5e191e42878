import { LatchboxProvider } from '@latchbox/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { client } from './latchbox';
import '../../look.css';

// What goes wrong is shown by `useConnection`.
client.connect().catch(() => {});

const place = document.getElementById('root');
if (place === null) throw new Error('There is no #root in index.html.');
createRoot(place).render(
  <StrictMode>
    <LatchboxProvider client={client}>
      <App />
    </LatchboxProvider>
  </StrictMode>,
);
