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
} as const satisfies Readonly<Record<string, Variable>>
