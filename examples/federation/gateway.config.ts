// Hive Gateway in front of Gatehouse and the posts, at http://localhost:4002/graphql.
import { type GatewayCLIConfig, Logger } from '@graphql-hive/gateway'
import { useGatehouseEdge } from './use-gatehouse-edge.ts'

// Gatehouse reads the same file.
if (process.env.GATEWAY_SECRETS === undefined) process.loadEnvFile('.env')
const [, id = '', secret = ''] = /^([^:,]+):([^,]+)/.exec(process.env.GATEWAY_SECRETS ?? '') ?? []
if (secret === '')
  throw new Error('GATEWAY_SECRETS is required: id:secret, as in the configuration of Gatehouse.')

/** Headers of the client that Gatehouse requires. Other subgraphs receive the access token and nothing else. */
const forwarded = [
  'accept-language',
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'user-agent',
  'x-api-key',
  'x-csrf-token',
  'x-request-id',
]

/** Headers of Gatehouse that the client requires, besides Set-Cookie. */
const returned = ['retry-after', 'ratelimit', 'ratelimit-policy']

/** Values that never enter the log of the gateway: they contain passwords and tokens. Without this, errors of a subgraph contain them. */
const redact = [
  'body',
  'data',
  'headers.authorization',
  'headers.cookie',
  'headers["set-cookie"]',
  'headers["x-api-key"]',
  'headers["x-csrf-token"]',
  'variables',
  'extensions.request.body',
  'extensions.response.body',
  'errors[*].extensions.request.body',
  'errors[*].extensions.response.body',
]

export const gatewayConfig = {
  logging: new Logger({ redact }),
  supergraph: './supergraph.graphql',
  host: process.env.GATEWAY_HOST ?? '127.0.0.1',
  port: Number(process.env.GATEWAY_PORT ?? 4002),
  cors: {
    origin: (process.env.CORS_ORIGINS ?? '').split(','),
    credentials: true,
    exposedHeaders: returned,
  },
  propagateHeaders: {
    fromClientToSubgraphs({ request, subgraphName }) {
      const names = subgraphName === 'gatehouse' ? forwarded : ['authorization']
      return Object.fromEntries(names.map((name) => [name, request.headers.get(name)]))
    },
    // An operation can call Gatehouse several times: the client receives the headers of the last response.
    deduplicateHeaders: true,
    fromSubgraphsToClient: ({ response: { headers }, subgraphName }) =>
      subgraphName === 'gatehouse'
        ? {
            'set-cookie': headers.getSetCookie(),
            ...Object.fromEntries(returned.map((name) => [name, headers.get(name)])),
          }
        : {},
  },
  // Tells Gatehouse the address of the client.
  plugins: () => [
    useGatehouseEdge({
      key: { id, secret },
      url: process.env.GATEHOUSE_URL ?? 'http://localhost:4000/graphql',
    }),
  ],
} satisfies GatewayCLIConfig
