import type { EnvReader } from '../../env-reader.ts'
import { integer } from '../../rules/number-rules.ts'
import { filePath } from '../../rules/path-rules.ts'
import type { Variables } from '../../variable.ts'

export const grpcVariables = {
  GRPC_PORT: {
    unset: 'off',
    description:
      'TCP port at which other services verify tokens over gRPC, 0 to 65535; 0 selects a free port. Listens on the addresses of `HOST`.',
  },
  GRPC_TLS_CERT: {
    unset: 'none: not encrypted',
    description: 'A PEM file with the certificate of the gRPC port and its chain. Read at start.',
  },
  GRPC_TLS_KEY: {
    unset: 'none',
    description: 'A PEM file with the private key of the certificate. Requires `GRPC_TLS_CERT`.',
  },
  GRPC_TLS_CLIENT_CA: {
    unset: 'none: clients present no certificate',
    description:
      'A PEM file with the authorities whose certificates clients must present (mTLS), in addition to their API keys. Requires `GRPC_TLS_CERT`.',
  },
} as const satisfies Variables

/** Token verification over gRPC. */
export interface GrpcConfig {
  /** 0 selects a free port. */
  readonly port: number
  /** Paths of PEM files. `null`: not encrypted. */
  readonly tls: {
    readonly certificate: string
    readonly key: string
    readonly clientCa: string | null
  } | null
}

/** `null`: off. */
export function readGrpc(reader: EnvReader<typeof grpcVariables>): GrpcConfig | null {
  const port = reader.read('GRPC_PORT', integer(0, 65_535), null)
  const certificate = reader.read('GRPC_TLS_CERT', filePath, null)
  const key = reader.read('GRPC_TLS_KEY', filePath, null)
  const clientCa = reader.read('GRPC_TLS_CLIENT_CA', filePath, null)
  reader.check(
    ['GRPC_TLS_CERT', 'GRPC_TLS_KEY'],
    (certificate === null) === (key === null),
    'and GRPC_TLS_KEY require each other.',
  )
  reader.check(
    ['GRPC_TLS_CLIENT_CA', 'GRPC_TLS_CERT'],
    clientCa === null || certificate !== null,
    'requires GRPC_TLS_CERT.',
  )
  if (port === null) return null
  return { port, tls: certificate === null || key === null ? null : { certificate, key, clientCa } }
}
