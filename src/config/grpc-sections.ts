import type { EnvReader } from './env-reader.ts'
import { path, wholeNumber } from './rules.ts'

/** Token verification over gRPC. */
export interface GrpcConfig {
  /** 0 takes a free one. */
  readonly port: number
  /** Paths of PEM files; null: not encrypted. */
  readonly tls: {
    readonly certificate: string
    readonly key: string
    readonly clientCa: string | null
  } | null
}

const file = { ...path, wants: 'the path of a file' }

/** Null: off. */
export function readGrpc(reader: EnvReader): GrpcConfig | null {
  const port = reader.read('GRPC_PORT', wholeNumber(0, 65_535), null)
  const certificate = reader.read('GRPC_TLS_CERT', file, null)
  const key = reader.read('GRPC_TLS_KEY', file, null)
  const clientCa = reader.read('GRPC_TLS_CLIENT_CA', file, null)
  reader.check(
    ['GRPC_TLS_CERT', 'GRPC_TLS_KEY'],
    (certificate === null) === (key === null),
    'and GRPC_TLS_KEY want each other.',
  )
  reader.check(
    ['GRPC_TLS_CLIENT_CA', 'GRPC_TLS_CERT'],
    clientCa === null || certificate !== null,
    'wants GRPC_TLS_CERT too.',
  )
  if (port === null) return null
  return { port, tls: certificate === null || key === null ? null : { certificate, key, clientCa } }
}
