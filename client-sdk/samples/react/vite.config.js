import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// In development the pages come from Vite, and the tokens from the host.
const host = 'http://localhost:3000';

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/latchbox-token': host, '/sign-in': host } },
});
