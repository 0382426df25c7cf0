import type { Arrival, ClientAddressSource, EdgeSignatureState } from '../../domain/origin/arrival.ts'
import { arrivalWarnings } from '../../domain/origin/arrival-warnings.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import type { Builder } from '../edge/builder.ts'

const sourceValues = {
  SOCKET: { description: 'The peer of the connection itself.' },
  FORWARDED_HEADER: { description: 'X-Forwarded-For, written by one of TRUSTED_PROXIES.' },
  SIGNED_EDGE: { description: 'A gateway, under its signature.' },
} as const satisfies Record<ClientAddressSource, { description: string }>

const stateValues = {
  ABSENT: { description: 'None came.' },
  VALID: { description: 'What it says is believed.' },
  INVALID: { description: 'Forged, changed on the way, seen before, or not to be checked now: ignored.' },
  EXPIRED: { description: 'More than 30 seconds old or ahead: ignored.' },
} as const satisfies Record<EdgeSignatureState, { description: string }>

interface Diagnosed {
  readonly arrival: Arrival
  readonly origin: Origin
}

/** The query `gatewayDiagnostics`, by which operators find out what their gateway forwards. */
export function addGatewayDiagnostics(builder: Builder): void {
  const diagnostics = addDiagnostics(builder)
  builder.queryField('gatewayDiagnostics', (t) =>
    t.field({
      type: diagnostics,
      nullable: true,
      description:
        "What reached this subgraph of the caller's request. Wants the permission system:read, or a service in development.",
      authScopes: { permissionUnlessDeveloping: 'system:read' },
      rateLimit: limits.query,
      resolve: (_root, _args, { arrival, origin }) => ({ arrival, origin }),
    }),
  )
}

function addDiagnostics(builder: Builder) {
  const source = builder.enumType('ClientAddressSource', {
    description: "Who named the client's address.",
    values: sourceValues,
  })
  const state = builder.enumType('EdgeSignatureState', {
    description: 'What became of x-gatehouse-edge.',
    values: stateValues,
  })
  return builder.objectRef<Diagnosed>('GatewayDiagnostics').implement({
    description: "What reached this subgraph of the caller's request, behind whatever stands in front of it.",
    fields: (t) => ({
      clientAddress: t.string({
        nullable: true,
        description: 'The address that limits are counted by; null when nobody has told it.',
        resolve: ({ origin }) => origin.address,
      }),
      clientAddressSource: t.field({
        type: source,
        description: 'Who has named it, or should have.',
        resolve: ({ arrival }) => arrival.addressSource,
      }),
      userAgent: t.string({
        nullable: true,
        description: 'What devices are told apart by; null when none came.',
        resolve: ({ origin }) => origin.userAgent,
      }),
      origin: t.string({
        nullable: true,
        description: 'The page that asked; null when neither a browser nor a gateway said so.',
        resolve: ({ arrival }) => arrival.pageOrigin,
      }),
      cookieReceived: t.boolean({
        description: 'Whether a Cookie header came.',
        resolve: ({ arrival }) => arrival.cookieReceived,
      }),
      authorizationReceived: t.boolean({
        description: 'Whether an Authorization header came.',
        resolve: ({ arrival }) => arrival.authorizationReceived,
      }),
      edgeSignature: t.field({
        type: state,
        description: "What became of the gateway's signature.",
        resolve: ({ arrival }) => arrival.edgeSignature,
      }),
      warnings: t.stringList({
        description: 'What would go wrong as things are, in words.',
        resolve: ({ arrival, origin }) => [...arrivalWarnings(arrival, origin)],
      }),
    }),
  })
}
