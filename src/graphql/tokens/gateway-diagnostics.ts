import type { ClientAddressSource, EdgeSignatureState } from '../../domain/origin/arrival.ts'
import { arrivalWarnings } from '../../domain/origin/arrival-warnings.ts'
import { limits } from '../../domain/rate-limits/limits.ts'
import { permittedUnlessDeveloping } from '../edge/access.ts'
import { addQuery } from '../edge/add-query.ts'
import type { Builder } from '../edge/builder.ts'
import type { GraphqlContext } from '../edge/context.ts'

const addressSourceValues = {
  SOCKET: { description: 'The peer of the network connection.' },
  FORWARDED_HEADER: { description: 'The header X-Forwarded-For, written by one of TRUSTED_PROXIES.' },
  SIGNED_EDGE: { description: 'A gateway, under its signature in x-gatehouse-edge.' },
} as const satisfies Record<ClientAddressSource, { description: string }>

const signatureStateValues = {
  ABSENT: { description: 'The header was absent.' },
  VALID: { description: 'The signature is valid and its claims apply.' },
  INVALID: {
    description: 'Ignored: the signature was forged, altered, seen before, or could not be checked.',
  },
  EXPIRED: {
    description: 'Ignored: its time differs from the clock of this service by more than 30 seconds.',
  },
} as const satisfies Record<EdgeSignatureState, { description: string }>

type Diagnostics = Pick<GraphqlContext, 'arrival' | 'origin'>

/** The query `gatewayDiagnostics`, with which operators check what their gateway forwards. */
export function addGatewayDiagnostics(builder: Builder): void {
  addQuery(builder, {
    name: 'gatewayDiagnostics',
    description:
      'Your request as this subgraph received it. Requires the permission system:read, except in development.',
    type: addDiagnostics(builder),
    access: permittedUnlessDeveloping('system:read'),
    limit: limits.query,
    resolve: ({ context: { arrival, origin } }) => ({ arrival, origin }),
  })
}

function addDiagnostics(builder: Builder) {
  const source = builder.enumType('ClientAddressSource', {
    description: 'Source of the client address.',
    values: addressSourceValues,
  })
  const state = builder.enumType('EdgeSignatureState', {
    description: 'Result of checking the header x-gatehouse-edge.',
    values: signatureStateValues,
  })
  return builder.objectRef<Diagnostics>('GatewayDiagnostics').implement({
    description: 'The request as this subgraph received it, behind all gateways and proxies.',
    fields: (t) => ({
      clientAddress: t.string({
        nullable: true,
        description: 'Client address by which rate limits count. Null if unknown.',
        resolve: ({ origin }) => origin.address,
      }),
      clientAddressSource: t.field({
        type: source,
        description: 'Source of the client address, also if the source named none.',
        resolve: ({ arrival }) => arrival.addressSource,
      }),
      userAgent: t.string({
        nullable: true,
        description: 'User-Agent header, by which devices are distinguished. Null if absent.',
        resolve: ({ origin }) => origin.userAgent,
      }),
      origin: t.string({
        nullable: true,
        description:
          'Origin of the page that sent the request. Null if neither a browser nor a gateway named it.',
        resolve: ({ arrival }) => arrival.pageOrigin,
      }),
      cookieReceived: t.boolean({
        description: 'Whether a Cookie header was received.',
        resolve: ({ arrival }) => arrival.cookieReceived,
      }),
      authorizationReceived: t.boolean({
        description: 'Whether an Authorization header was received.',
        resolve: ({ arrival }) => arrival.authorizationReceived,
      }),
      edgeSignature: t.field({
        type: state,
        description: "Result of checking the gateway's signature.",
        resolve: ({ arrival }) => arrival.edgeSignature,
      }),
      warnings: t.stringList({
        description:
          'Human-readable warnings in English about what will not work with requests like this one.',
        resolve: ({ arrival, origin }) => [...arrivalWarnings(arrival, origin)],
      }),
    }),
  })
}
