import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm start` in the root of the repository has built the client pieces. */
const pieces = fileURLToPath(new URL('../../dist/clients', import.meta.url))

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: [{ find: /^gatehouse\/(client|apollo|documents)$/, replacement: `${pieces}/$1.js` }],
    // The pieces use this app's copies of their peers, not those of the repository.
    dedupe: ['@apollo/client', 'rxjs'],
  },
  // CORS_ORIGINS of the service names this origin: another port would be refused.
  server: { port: 5173, strictPort: true, fs: { allow: ['.', pieces] } },
})
