import type { Variable } from './env.ts'

/** The variables of token verification over gRPC. */
export const grpcVariables = {
  GRPC_PORT: {
    unset: 'off',
    sentence: 'TCP port on which other services verify tokens over gRPC, on the addresses of `HOST`.',
  },
  GRPC_TLS_CERT: {
    unset: 'none: not encrypted',
    sentence: 'A PEM file with the certificate of the gRPC port and its chain; read at the start.',
  },
  GRPC_TLS_KEY: { unset: 'none', sentence: 'A PEM file with its private key. Wants `GRPC_TLS_CERT`.' },
  GRPC_TLS_CLIENT_CA: {
    unset: 'none: clients show no certificate',
    sentence:
      'A PEM file with the authorities whose certificates clients must show (mTLS), besides their API keys. Wants `GRPC_TLS_CERT`.',
  },
} as const satisfies Record<string, Variable>
