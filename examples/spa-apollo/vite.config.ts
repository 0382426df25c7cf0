import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The client package, built by `npm start` in the root of the repository. */
const clientPackage = fileURLToPath(new URL('../../dist/packages/gatehouse-client/esm', import.meta.url))

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: [
      { find: /^gatehouse-client$/, replacement: `${clientPackage}/client.js` },
      { find: /^gatehouse-client\//, replacement: `${clientPackage}/` },
    ],
    // The client package must use this app's copies of its peer dependencies, not those of the repository.
    dedupe: ['@apollo/client', '@simplewebauthn/browser', 'react', 'rxjs'],
  },
  // CORS_ORIGINS of the service lists this origin: on another port, requests would be refused.
  server: { port: 5173, strictPort: true, fs: { allow: ['.', clientPackage] } },
})
