import type { Variable } from './env.ts'

/** The variables of gateways and of what documents clients may send. */
export const gatewayVariables = {
  GATEWAY_SECRETS: {
    unset: 'none',
    secret: true,
    sentence:
      'Secrets that gateways sign `x-gatehouse-edge` with (`docs/gateways.md`): `id:secret,id2:secret2`, each secret at least 32 random characters; all are accepted. To rotate: append the new one, roll out everywhere, let the gateways sign with it, drop the old one.',
  },
  SERVICE_SDL: {
    unset: '`open` outside production or with `INTROSPECTION`, else `gateway`',
    sentence: 'Whom `_service` gives the SDL: everybody (`open`), or signed gateways alone (`gateway`).',
  },
  PERSISTED_DOCUMENTS: {
    default: 'off',
    sentence:
      'Whether clients may name documents of `PERSISTED_DOCUMENTS_FILE` by their hash (`allow`), or may run nothing else (`only`; signed gateways go on writing their own).',
  },
  PERSISTED_DOCUMENTS_FILE: {
    unset: 'none',
    sentence:
      'The manifest: JSON of hash and document, as GraphQL Code Generator writes it; read at the start.',
  },
} as const satisfies Readonly<Record<string, Variable>>
