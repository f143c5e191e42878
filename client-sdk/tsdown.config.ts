import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    'admin/index': 'src/admin/index.ts',
    calls: 'src/calls.ts',
    mail: 'src/mail.ts',
    'react/index': 'src/react/index.ts',
    sms: 'src/sms.ts',
    'testing/index': 'src/testing/index.ts',
  },
  platform: 'neutral',
  target: 'es2022',
  // TypeScript 7 has no API, so the declarations are made by its command line and then bundled. It writes every file
  // below the folder of its tsconfig, and `shared` is a part of the bundle: hence a tsconfig at the top.
  dts: { tsconfig: '../tsconfig.dts.json', generator: 'tsgo' },
  // Handles are disposable. Most projects name no library that knows the word, and not all skip the check of declarations.
  banner: { dts: '/// <reference lib="esnext.disposable" />' },
  deps: {
    // Nothing from node_modules may slip in, and nothing else may be asked for.
    onlyBundle: [],
    onlyImport: ['react', 'socket.io-client', 'zod'],
  },
});
