import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `--mode states`: the page of `dev.html` instead, for tests and benchmarks that look at it. */
export default defineConfig(({ mode }) => ({
  plugins: [react()],
  build: {
    target: 'es2022',
    // The server serves everything under /assets for ever: the names carry a hash.
    assetsDir: 'assets',
    sourcemap: mode !== 'states',
    ...(mode === 'states' ? { rolldownOptions: { input: 'dev.html' } } : {}),
  },
  server: {
    port: 5173,
    proxy: {
      '/api': 'http://127.0.0.1:3000',
      '/socket.io': { target: 'http://127.0.0.1:3000', ws: true },
    },
  },
}));
