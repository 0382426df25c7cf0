// What applications import from each library package, and the file without extension. A new import is one line here and one in knip.json.

/** Files of src/clients. */
export const clientImports = {
  '.': 'client',
  './apollo': 'apollo',
  './urql': 'urql',
  './react': 'react',
  './passkeys': 'passkeys',
  './documents': 'documents',
}

/** Files of src/verify. */
export const verifyImports = {
  '.': 'gatehouse-verify',
  './graphql': 'graphql/enforce-scopes',
  './yoga': 'adapters/yoga',
  './apollo': 'adapters/apollo',
  './express': 'adapters/express',
  './fastify': 'adapters/fastify',
  './hono': 'adapters/hono',
  './nest': 'adapters/nest',
  './fetch': 'adapters/fetch',
}
